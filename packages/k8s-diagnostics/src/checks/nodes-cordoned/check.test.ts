import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { nodesCordoned } from "./check.ts";

describe(nodesCordoned.id, () => {
  it("lays the cause on each cordoned Node and offers to uncordon it", () => {
    const findings = runOnFixture(nodesCordoned, "fault-all-workers");
    expect(findings.map(({ object }) => object.name)).toEqual(["worker-1", "worker-2"]);
    expect(findings[0]).toMatchObject({
      object: { kind: "Node", namespace: "" },
      confidence: "certain",
      evidence: [{ field: "spec.unschedulable", value: "true" }, { value: "2026-01-01T09:12:40Z" }, {}],
      affects: [{ kind: "Pod", namespace: "shop" }],
      remedies: [{ call: { tool: "remediate_uncordon_node", arguments: { node_name: "worker-1" } } }],
    });
  });

  it("blames the Node that the Pod selects only", () => {
    const findings = runOnFixture(nodesCordoned, "fault-only-node-with-label");
    expect(findings.map(({ object }) => object.name)).toEqual(["worker-2"]);
  });

  it("shows who cordoned it", () => {
    const [finding] = runOnFixture(nodesCordoned, "fault-only-node-with-label");
    expect(finding?.details).toMatchObject({
      cordoned_by: "kubectl-drain",
      cordoned_since: "2026-01-01T09:12:40Z",
    });
  });

  it("tells the claim whose volume can be reached from the cordoned Node only", () => {
    expect(runOnFixture(nodesCordoned, "fault-volume-in-its-zone")).toMatchObject([
      {
        object: { kind: "Node", name: "worker-2" },
        related: [
          { kind: "PersistentVolume", name: "pv-web" },
          { kind: "PersistentVolumeClaim", namespace: "shop", name: "data-web" },
        ],
      },
    ]);
    expect(runOnFixture(nodesCordoned, "fault-all-workers")[0]?.related).toBeUndefined();
  });

  it("blames a cordon of days ago where the other Nodes are full", () => {
    expect(runOnFixture(nodesCordoned, "fault-forgotten-and-rest-is-full")).toMatchObject([
      { object: { kind: "Node", name: "worker-1" }, confidence: "likely", affects: [{ kind: "Pod" }] },
    ]);
    const file = new URL("fixtures/fault-forgotten-and-rest-is-full.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["nodes_cordoned"]);
  });
});
