import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pdbAboveHpaMinimum } from "./check.ts";

describe(pdbAboveHpaMinimum.id, () => {
  it.each([
    ["fault-equal", "2"],
    ["fault-above", "3"],
  ])("compares both numbers of %s", (fixture, wanted) => {
    expect(runOnFixture(pdbAboveHpaMinimum, fixture)).toMatchObject([
      {
        object: { kind: "PodDisruptionBudget", name: "web" },
        evidence: [
          { field: "spec.minAvailable", value: wanted },
          { object: { kind: "HorizontalPodAutoscaler" }, field: "spec.minReplicas", value: "2" },
        ],
        remedies: [{ patch: "spec:\n  minAvailable: null\n  maxUnavailable: 1\n" }],
      },
    ]);
  });
});
