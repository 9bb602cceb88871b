import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { nodeUninitialized } from "./check.ts";

describe(nodeUninitialized.id, () => {
  it("names the removed label that the cloud controller selects, and the one that took its place", () => {
    const [finding] = runOnFixture(nodeUninitialized, "fault-removed-label");
    expect(finding).toMatchObject({
      object: { kind: "DaemonSet", name: "acme-cloud-controller-manager" },
      confidence: "certain",
      affects: [{ kind: "Node", name: "worker-2" }],
      evidence: [
        { object: { kind: "Node", name: "worker-2" } },
        { field: "spec.template.spec.nodeSelector.node-role.kubernetes.io/master" },
        { object: { kind: "Node", name: "cp-1" }, value: "absent" },
        { field: "status.desiredNumberScheduled", value: "0" },
      ],
    });
    expect(finding?.remedies?.[0]?.patch).toContain('node-role.kubernetes.io/control-plane: ""');
  });

  it("names the taint of the control plane that the cloud controller does not tolerate", () => {
    expect(runOnFixture(nodeUninitialized, "fault-control-plane-taint")).toMatchObject([
      {
        object: { kind: "DaemonSet", namespace: "cloud-system", name: "ccm" },
        title: expect.stringContaining("does not tolerate the taint node-role.kubernetes.io/control-plane"),
      },
    ]);
  });

  it("seeks the reason at the cloud controller's Pod", () => {
    expect(runOnFixture(nodeUninitialized, "fault-crashing")).toMatchObject([
      { object: { kind: "Deployment" }, because: [{ kind: "Pod", namespace: "kube-system" }] },
    ]);
  });

  it("names the Node where no cloud controller is known", () => {
    expect(runOnFixture(nodeUninitialized, "fault-none-known")).toMatchObject([
      { object: { kind: "Node", name: "worker-2" }, confidence: "possible" },
    ]);
  });

  it.each([
    ["fault-removed-label", "node_uninitialized"],
    ["fault-crashing", "container_exits_with_error"],
  ])("leaves one cause of %s, though a Pod lacks room on the other Nodes", (fixture, code) => {
    const file = new URL(`fixtures/${fixture}.yaml`, import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map((cause) => cause.code)).toEqual([code]);
  });
});
