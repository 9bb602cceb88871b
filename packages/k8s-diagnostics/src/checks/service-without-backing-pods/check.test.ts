import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceWithoutBackingPods } from "./check.ts";

describe(serviceWithoutBackingPods.id, () => {
  it("shows the selector that matches nothing", () => {
    expect(runOnFixture(serviceWithoutBackingPods, "fault-nothing")).toMatchObject([
      {
        object: { kind: "Service", name: "billing" },
        confidence: "likely",
        affects: [{ name: "billing" }],
        evidence: [{ field: "spec.selector", value: '{"app":"billing"}' }],
      },
    ]);
  });
});
