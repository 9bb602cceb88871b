import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { missingResourceLimits } from "./check.ts";

describe(missingResourceLimits.id, () => {
  it.each([
    ["fault-none", ["cpu", "memory"]],
    ["fault-memory-only", ["cpu"]],
  ])("lists for %s what is missing", (fixture, missing) => {
    expect(runOnFixture(missingResourceLimits, fixture)).toMatchObject([
      { object: { kind: "Pod" }, subject: "app", details: { container: "app", missing } },
    ]);
  });
});
