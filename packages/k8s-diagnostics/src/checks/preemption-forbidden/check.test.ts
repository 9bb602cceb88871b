import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { preemptionForbidden } from "./check.ts";

describe(preemptionForbidden.id, () => {
  it("names the class whose Pods wait their turn, as advice", () => {
    expect(preemptionForbidden.severity).toBe("low");
    expect(runOnFixture(preemptionForbidden, "fault-class")).toMatchObject([
      {
        object: { kind: "PriorityClass", name: "business" },
        related: [{ kind: "Deployment", name: "web" }, { kind: "Pod" }],
        evidence: [{ field: "status.conditions[PodScheduled].message" }, { value: "Never" }],
      },
    ]);
  });

  it("names the workload where no class is known", () => {
    expect(runOnFixture(preemptionForbidden, "fault-no-class")).toMatchObject([
      { object: { kind: "Deployment" } },
    ]);
  });
});
