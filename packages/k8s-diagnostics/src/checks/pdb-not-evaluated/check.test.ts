import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pdbNotEvaluated } from "./check.ts";

describe(pdbNotEvaluated.id, () => {
  it.each([
    ["fault-jobs", "jobs.batch does not implement the scale subresource"],
    ["fault-unmanaged-pod", "found no controller ref for pod"],
  ])("shows the controller's words of %s", (fixture, words) => {
    expect(runOnFixture(pdbNotEvaluated, fixture)).toMatchObject([
      {
        object: { kind: "PodDisruptionBudget", name: "web" },
        evidence: [
          { field: "status.conditions[DisruptionAllowed]", value: expect.stringContaining(words) },
          { field: "spec.selector" },
        ],
      },
    ]);
  });

  it("states a number of Pods", () => {
    const remedies = runOnFixture(pdbNotEvaluated, "fault-jobs").flatMap((finding) => finding.remedies ?? []);
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("minAvailable: 1");
  });
});
