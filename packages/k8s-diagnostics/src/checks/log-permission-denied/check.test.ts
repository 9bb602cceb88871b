import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { logPermissionDenied } from "./check.ts";

describe(logPermissionDenied.id, () => {
  it.each([
    ["fault-volume", "fsGroup"],
    ["fault-port", "NET_BIND_SERVICE"],
    ["fault-read-only", "emptyDir"],
  ])("proposes for %s: %s", (fixture, word) => {
    const [finding] = runOnFixture(logPermissionDenied, fixture);
    expect(finding).toMatchObject({ object: { kind: "Deployment", name: "web" }, subject: "app" });
    expect(finding?.evidence[0]).toHaveProperty("log.container", "app");
    expect(finding?.remedies?.[0]?.step).toContain(word);
  });
});
