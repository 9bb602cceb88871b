import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pdbBlocksEviction } from "./check.ts";

describe(pdbBlocksEviction.id, () => {
  it("compares what it wants with what there is", () => {
    expect(runOnFixture(pdbBlocksEviction, "fault-all-wanted")).toMatchObject([
      {
        object: { kind: "PodDisruptionBudget", name: "web" },
        evidence: [{ field: "spec.minAvailable", value: "2" }, { value: "2" }, { value: "2" }],
      },
    ]);
  });
});
