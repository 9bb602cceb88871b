import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { containerCreateFailed } from "./check.ts";

describe(containerCreateFailed.id, () => {
  it.each([
    ["fault-mount", "a directory is mounted onto a file"],
    ["fault-sub-path", "does not have that path"],
    ["fault-name-reserved", "message in the evidence"],
  ])("says for %s: %s", (fixture, words) => {
    const [finding] = runOnFixture(containerCreateFailed, fixture);
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, confidence: "likely" });
    expect(finding?.remedies?.[0]?.step).toContain(words);
  });
});
