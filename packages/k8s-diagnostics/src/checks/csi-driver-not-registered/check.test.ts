import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { csiDriverNotRegistered } from "./check.ts";

describe(csiDriverNotRegistered.id, () => {
  it.each([
    [
      "fault-plugin-not-ready",
      "DaemonSet",
      "The Pod of DaemonSet ebs-csi-node that brings the CSI driver ebs.csi.aws.com to Node worker-1 is not ready",
    ],
    [
      "fault-not-on-this-node",
      "DaemonSet",
      "DaemonSet ebs-csi-node, which brings the CSI driver ebs.csi.aws.com, has no Pod on Node worker-1",
    ],
    ["fault-not-installed", "CSIDriver", "The CSI driver csi.example.com is not installed"],
    ["fault-attach-controller", "CSIDriver", "The CSI driver ebs.csi.aws.com does not run on Node worker-1"],
  ])("finds in %s the %s that must bring the driver", (fixture, kind, title) => {
    expect(runOnFixture(csiDriverNotRegistered, fixture)).toMatchObject([
      {
        object: { kind },
        title,
        affects: [{ kind: "Pod", name: "web-1" }],
        related: expect.arrayContaining([{ kind: "Node", namespace: "", name: "worker-1" }]),
      },
    ]);
  });

  it("seeks the reason at the driver's Pod on the Node", () => {
    expect(runOnFixture(csiDriverNotRegistered, "fault-plugin-not-ready")).toMatchObject([
      { because: [{ kind: "Pod", namespace: "kube-system", name: "ebs-csi-node-x1" }] },
    ]);
  });

  it.each([
    ["fault-not-installed", "csi_driver_not_registered"],
    ["fault-plugin-not-ready", "container_not_ready"],
  ])("leaves one cause of %s: %s", (fixture, code) => {
    const file = new URL(`fixtures/${fixture}.yaml`, import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map((cause) => cause.code)).toEqual([code]);
  });

  it("names the taint that the driver's DaemonSet does not tolerate, and adds a toleration", () => {
    const [finding] = runOnFixture(csiDriverNotRegistered, "fault-taint-not-tolerated");
    expect(finding).toMatchObject({
      object: { kind: "DaemonSet", name: "csi-azuredisk-node" },
      title:
        "DaemonSet csi-azuredisk-node, which brings the CSI driver disk.csi.azure.com, has no Pod on Node worker-1: it does not tolerate the taint pool of Node worker-1",
      evidence: [
        { event: { reason: "FailedAttachVolume" } },
        { object: { kind: "Node" }, field: "spec.taints[pool]" },
        { object: { kind: "DaemonSet" }, field: "spec.template.spec.tolerations" },
        { object: { kind: "CSINode" } },
      ],
    });
    expect(finding?.remedies?.[0]?.patch).toContain(
      "- key: pool\n          operator: Equal\n          value: spot\n          effect: NoSchedule",
    );
  });

  it("names the label by which the driver's DaemonSet selects other Nodes", () => {
    expect(runOnFixture(csiDriverNotRegistered, "fault-not-selected")).toMatchObject([
      {
        object: { kind: "DaemonSet", name: "ebs-csi-node" },
        evidence: [
          {},
          { field: "spec.template.spec.nodeSelector.node.example/storage", value: "true" },
          { object: { kind: "Node" }, field: "metadata.labels[node.example/storage]", value: "absent" },
          {},
        ],
      },
    ]);
  });
});
