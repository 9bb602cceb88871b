import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedulerMessage } from "./scheduler-message.ts";

const kinds = (message: string) =>
  parseSchedulerMessage(message)?.clauses.map(({ kind, nodes, subject }) => [kind, nodes, subject]);

describe("parseSchedulerMessage", () => {
  it.each([
    ["Insufficient cpu", "resource", "cpu"],
    ["Insufficient memory", "resource", "memory"],
    ["Insufficient ephemeral-storage", "resource", "ephemeral-storage"],
    ["Insufficient nvidia.com/gpu", "resource", "nvidia.com/gpu"],
    ["Too many pods", "too_many_pods", undefined],
    ["node(s) were unschedulable", "cordoned", undefined],
    ["node(s) had untolerated taint {dedicated: gpu}", "taint", "dedicated"],
    [
      "node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }",
      "taint",
      "node-role.kubernetes.io/control-plane",
    ],
    ["node(s) had untolerated taint(s)", "taint", undefined],
    ["node(s) had taint {dedicated: gpu}, that the pod didn't tolerate", "taint", undefined],
    ["node(s) had taints that the pod didn't tolerate", "taint", undefined],
    ["node(s) didn't match Pod's node affinity/selector", "node_affinity", undefined],
    ["node(s) didn't match node selector", "node_affinity", undefined],
    ["node(s) didn't match scheduler-enforced node affinity", "node_affinity", undefined],
    ["node(s) didn't satisfy plugin(s) [NodeAffinity]", "node_affinity", undefined],
    ["node(s) didn't match the requested node name", "node_name", undefined],
    ["node(s) didn't have free ports for the requested pod ports", "host_port", undefined],
    ["node(s) didn't match pod affinity rules", "pod_affinity", undefined],
    ["node(s) didn't match pod anti-affinity rules", "pod_anti_affinity", undefined],
    ["node(s) didn't satisfy existing pods anti-affinity rules", "pod_anti_affinity", undefined],
    ["node(s) didn't match pod topology spread constraints", "topology_spread", undefined],
    [
      "node(s) didn't match pod topology spread constraints (missing required label)",
      "topology_spread",
      undefined,
    ],
    ["node(s) had volume node affinity conflict", "volume_node_affinity", undefined],
    ["node(s) didn't match PersistentVolume's node affinity", "volume_node_affinity", undefined],
    ["node(s) had no available volume zone", "volume_node_affinity", undefined],
    ["node(s) didn't find available persistent volumes to bind", "no_volume_to_bind", undefined],
    ["node(s) did not have enough free storage", "volume_space", undefined],
    ["node(s) exceed max volume count", "volume_limit", undefined],
    ["node(s) had no available disk", "volume_in_use", undefined],
    [
      "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
      "volume_in_use",
      undefined,
    ],
    [
      "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
      "claim_lost_volume",
      undefined,
    ],
    ["ebs.csi.aws.com CSI driver is not installed on the node", "csi_driver_missing", "ebs.csi.aws.com"],
    ["cannot allocate all claims", "device_claim", undefined],
    ["resourceclaim not available on the node", "device_claim", undefined],
    [
      "node declared features check failed - unsatisfied requirements: GuaranteedQoSPodCPUResize, UserNamespaces",
      "node_features",
      undefined,
    ],
    [
      "node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }",
      "taint",
      "node.kubernetes.io/disk-pressure",
    ],
    [
      "node(s) had untolerated taint {ToBeDeletedByClusterAutoscaler: 1767268380}",
      "taint",
      "ToBeDeletedByClusterAutoscaler",
    ],
    ["node(s) had untolerated taint {node.kubernetes.io/not-ready}", "taint", "node.kubernetes.io/not-ready"],
    ["Insufficient hugepages-2Mi", "resource", "hugepages-2Mi"],
    ["node(s) had a reason of an out-of-tree plugin", "other", undefined],
  ])("reads `%s` with its count of nodes", (text, kind, subject) => {
    expect(kinds(`0/12 nodes are available: 12 ${text}.`)).toEqual([[kind, 12, subject]]);
  });

  it.each([
    ['persistentvolumeclaim "data" not found', "claim_not_found", "data"],
    ['persistentvolumeclaim "data" is being deleted', "claim_deleting", "data"],
    [
      'persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1"',
      "claim_lost_volume",
      "data",
    ],
    [
      'waiting for ephemeral volume controller to create the persistentvolumeclaim "web-scratch"',
      "unbound_claim",
      "web-scratch",
    ],
    ["pod has unbound immediate PersistentVolumeClaims", "unbound_claim", undefined],
    ["node(s) didn't satisfy plugin NodeAffinity", "node_affinity", undefined],
    ["pod affinity terms conflict", "node_affinity", undefined],
    ["request gpu: device class gpu.example.com does not exist", "device_claim", undefined],
    ["resourceclaim in use", "device_claim", undefined],
    ["resource claim shop/gpu is in the process of being allocated", "device_claim", undefined],
  ])("reads `%s`, which concerns the Pod on every node", (text, kind, subject) => {
    expect(kinds(`0/3 nodes are available: ${text}.`)).toEqual([[kind, undefined, subject]]);
    expect(
      kinds(
        `0/3 nodes are available: ${text}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
      ),
    ).toEqual([[kind, undefined, subject]]);
    expect(kinds(`0/3 nodes are available: ${text}. not found`)).toEqual([[kind, undefined, subject]]);
  });

  it("counts each of several reasons, and keeps what preemption came to apart", () => {
    const message =
      "0/6 nodes are available: 1 Too many pods, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, " +
      "2 Insufficient cpu, 3 Insufficient memory. no new claims to deallocate, preemption: 0/6 nodes are available: " +
      "1 Preemption is not helpful for scheduling, 5 No preemption victims found for incoming pod.";
    expect(parseSchedulerMessage(message)?.totalNodes).toBe(6);
    expect(kinds(message)).toEqual([
      ["too_many_pods", 1, undefined],
      ["taint", 1, "node-role.kubernetes.io/control-plane"],
      ["resource", 2, "cpu"],
      ["resource", 3, "memory"],
    ]);
    expect(parseSchedulerMessage(message)?.preemption).toBe(
      "1 Preemption is not helpful for scheduling, 5 No preemption victims found for incoming pod",
    );
  });

  it.each([
    "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod..",
    "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    "preemption: not eligible due to preemptionPolicy=Never.",
    "still not schedulable, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.",
    "preemption: not eligible due to workload aware preemption enabled.",
    "preemption: not eligible due to a terminating pod on the nominated node.",
  ])("is not misled by the tail `%s`", (tail) => {
    expect(kinds(`0/1 nodes are available: 1 Insufficient cpu. ${tail}`)).toEqual([["resource", 1, "cpu"]]);
  });

  it("knows a cluster without nodes", () => {
    expect(parseSchedulerMessage("no nodes available to schedule pods")).toBeUndefined();
    expect(parseSchedulerMessage("0/0 nodes are available: .")).toEqual({ totalNodes: 0, clauses: [] });
  });

  it("never fails, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, prefixed) => {
        const parsed = parseSchedulerMessage(prefixed ? `0/2 nodes are available: ${text}` : text);
        expect(parsed === undefined || Array.isArray(parsed.clauses)).toBe(true);
      }),
    );
  });
});
