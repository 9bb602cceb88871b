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

  it("is medium while a drain waits for it", () => {
    expect(runOnFixture(pdbBlocksEviction, "fault-drain-held-up")).toMatchObject([
      {
        severity: "medium",
        related: [{ kind: "Node", name: "worker-1" }],
        remedies: [{ patch: "spec:\n  minAvailable: null\n  maxUnavailable: 1\n" }],
      },
    ]);
  });

  it("offers the field that is set", () => {
    const [finding] = runOnFixture(pdbBlocksEviction, "fault-max-unavailable-zero");
    expect(finding?.remedies?.[0]?.patch).toBe("spec:\n  maxUnavailable: 1\n");
    expect(finding?.severity).toBeUndefined();
  });
});
