import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { pdbWaitsForHealthy } from "./check.ts";

describe(pdbWaitsForHealthy.id, () => {
  it("points to the Pods that are not healthy", () => {
    expect(runOnFixture(pdbWaitsForHealthy, "fault-crash-loop")).toMatchObject([
      {
        object: { kind: "PodDisruptionBudget", name: "web" },
        title: "PodDisruptionBudget web allows no eviction now: 1 of 2 Pods are healthy, and it wants 1",
        because: [{ kind: "Pod", name: "web-b" }],
        remedies: [{}, { patch: "spec:\n  unhealthyPodEvictionPolicy: AlwaysAllow\n" }],
      },
    ]);
  });

  it("is medium while a drain waits for it, and follows from what is wrong with the Pods", () => {
    expect(runOnFixture(pdbWaitsForHealthy, "fault-drain-held-up")).toMatchObject([
      {
        severity: "medium",
        related: expect.arrayContaining([{ kind: "Node", namespace: "", name: "worker-1" }]),
      },
    ]);
    const snapshot = snapshotFromFile(new URL("fixtures/fault-drain-held-up.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["container_exits_with_error"]);
  });
});
