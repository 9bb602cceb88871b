import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { pdbOverlapping } from "./check.ts";

describe(pdbOverlapping.id, () => {
  it("names both budgets and a Pod of both, once", () => {
    expect(runOnFixture(pdbOverlapping, "fault-same-pods")).toMatchObject([
      {
        object: { kind: "PodDisruptionBudget", name: "front" },
        evidence: [
          { object: { name: "front" }, field: "spec.selector" },
          { object: { name: "web" }, field: "spec.selector" },
          { object: { kind: "Pod", name: "web-a" }, field: "metadata.labels" },
        ],
      },
    ]);
  });

  it("knows that an empty selector takes the whole namespace", () => {
    expect(runOnFixture(pdbOverlapping, "fault-whole-namespace")).toMatchObject([
      { object: { name: "all" }, subject: "web" },
    ]);
  });

  it("is medium while a drain waits for it", () => {
    expect(runOnFixture(pdbOverlapping, "fault-drain-held-up")).toMatchObject([
      {
        severity: "medium",
        related: expect.arrayContaining([{ kind: "Node", namespace: "", name: "worker-1" }]),
      },
    ]);
  });

  it("stands for the Pod that drains the Node and is refused", () => {
    const file = new URL("fixtures/fault-drainer-refused.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["pdb_overlapping"]);
  });
});
