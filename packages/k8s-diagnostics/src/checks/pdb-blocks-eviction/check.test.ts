import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
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
        related: expect.arrayContaining([{ kind: "Node", namespace: "", name: "worker-1" }]),
        remedies: [{ patch: "spec:\n  minAvailable: null\n  maxUnavailable: 1\n" }],
      },
    ]);
  });

  it("offers the field that is set", () => {
    const [finding] = runOnFixture(pdbBlocksEviction, "fault-max-unavailable-zero");
    expect(finding?.remedies?.[0]?.patch).toBe("spec:\n  maxUnavailable: 1\n");
    expect(finding?.severity).toBeUndefined();
  });

  it("hears of it from the autoscaler that cannot remove the Node, and tells the Pods", () => {
    expect(runOnFixture(pdbBlocksEviction, "fault-autoscaler-waits")).toMatchObject([
      {
        severity: "medium",
        evidence: [{}, {}, {}, { event: { reason: "FailedDraining" } }],
        related: [
          { kind: "Node", name: "worker-1" },
          { kind: "Pod", name: "web-a" },
          { kind: "ReplicaSet", name: "web-7c9" },
        ],
        details: { nodes_held_up: ["worker-1"] },
      },
    ]);
  });

  it("stays advice while an autoscaler would only like to remove the Node", () => {
    const [finding] = runOnFixture(pdbBlocksEviction, "fault-only-a-wish");
    expect(finding?.severity).toBeUndefined();
  });

  it("stands for the Pod that drains the Node and gives up", () => {
    expect(runOnFixture(pdbBlocksEviction, "fault-drainer-refused")).toMatchObject([
      {
        severity: "medium",
        evidence: [{}, {}, {}, { log: { container: "drain" } }],
        affects: [{ kind: "Pod", namespace: "system-upgrade" }],
      },
    ]);
    const file = new URL("fixtures/fault-drainer-refused.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["pdb_blocks_eviction"]);
  });
});
