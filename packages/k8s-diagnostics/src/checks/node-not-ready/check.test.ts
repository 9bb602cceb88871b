import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { nodeNotReady } from "./check.ts";

describe(nodeNotReady.id, () => {
  it("lays the cause on the Node, with the age of its lease and the Pods that suffer", () => {
    const [finding] = runOnFixture(nodeNotReady, "fault-kubelet-silent");
    expect(finding).toMatchObject({
      object: { kind: "Node", namespace: "", name: "worker-1" },
      title: "The kubelet of Node worker-1 does not report",
      evidence: [
        { field: "status.conditions[Ready].status", value: "Unknown" },
        { value: "Kubelet stopped posting node status." },
        { object: { kind: "Lease" }, field: "spec.renewTime" },
      ],
      affects: [{ name: "web-1" }, { name: "web-2" }],
      details: { seconds_since_lease: 810, affected_pods: 2 },
    });
    expect(finding?.severity).toBeUndefined();
  });

  it("knows a network plug-in that is missing", () => {
    const [finding] = runOnFixture(nodeNotReady, "fault-network-plugin");
    expect(finding?.remedies?.[0]?.step).toContain("network plug-in");
  });

  it("weighs less when the Node is cordoned and nothing suffers", () => {
    expect(runOnFixture(nodeNotReady, "fault-cordoned-for-maintenance")).toMatchObject([
      { severity: "medium" },
    ]);
  });

  it("seeks the reason at the network plug-in's Pod on the Node, which is no victim", () => {
    expect(runOnFixture(nodeNotReady, "fault-network-plugin-broken")).toMatchObject([
      {
        because: [{ kind: "Pod", namespace: "kube-system", name: "calico-node-x1" }],
        affects: [{ kind: "Pod", namespace: "shop", name: "web-1" }],
      },
    ]);
  });

  it("leaves one cause: that of the plug-in's DaemonSet", () => {
    const file = new URL("fixtures/fault-network-plugin-broken.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code, object }) => [code, object.kind])).toEqual([["image_not_found", "DaemonSet"]]);
  });
});
