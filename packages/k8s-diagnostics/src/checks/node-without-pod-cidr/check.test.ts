import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { nodeWithoutPodCidr } from "./check.ts";

describe(nodeWithoutPodCidr.id, () => {
  it("quotes the controller manager, the network plug-in and the range", () => {
    expect(runOnFixture(nodeWithoutPodCidr, "fault-range-used-up")).toMatchObject([
      {
        object: { kind: "Node", name: "worker-2" },
        confidence: "certain",
        evidence: [
          { field: "spec.podCIDR", value: "absent" },
          { event: { reason: "CIDRNotAvailable" } },
          { log: { container: "kube-flannel" } },
          { value: "--cluster-cidr=10.42.0.0/23 --node-cidr-mask-size=24" },
        ],
        affects: [{ kind: "Pod", name: "kube-flannel-ds-9k2x4" }],
        details: { nodes_with_cidr: 2 },
      },
    ]);
  });

  it("goes by the Node without a network where nothing was said", () => {
    expect(runOnFixture(nodeWithoutPodCidr, "fault-network-not-set-up")).toMatchObject([
      { object: { kind: "Node", name: "worker-2" }, confidence: "likely" },
    ]);
  });

  it("stands for the plug-in that ends and the Node that is not ready", () => {
    const file = new URL("fixtures/fault-range-used-up.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["node_without_pod_cidr"]);
  });
});
