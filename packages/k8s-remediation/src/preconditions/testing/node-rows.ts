import { drain } from "../../actions/drain/action.ts";
import { uncordon } from "../../actions/uncordon/action.ts";
import { undoFields } from "../../undo/undo-fields/action.ts";
import {
  bare,
  CONTROL_PLANE,
  cordonNode,
  DELETED,
  daemonPod,
  drainNode,
  mirror,
  ownPod,
  scratch,
  spread,
  threeOfWeb,
} from "./asking.ts";
import { node, ownedBy, pod, SHOP, web, webPods, webSet } from "./objects.ts";
import { doing, type Row } from "./situation.ts";

/** Nodes that are cordoned and drained. */
export const nodeRows: readonly Row[] = [
  [
    "a drain does not evict Pods of a protected namespace unasked",
    drainNode([
      pod("dns-a", { namespace: "kube-system", ...ownedBy("ReplicaSet", "dns-1") }),
      pod("dns-b", { namespace: "kube-system", ...ownedBy("ReplicaSet", "dns-1"), node: "n2" }),
    ]),
    ["refuse protected_namespace"],
  ],
  [
    "a drain leaves Pods of a DaemonSet there",
    drainNode([pod("proxy-a", { namespace: "kube-system", ...ownedBy("DaemonSet", "proxy") })]),
    [],
  ],
  ["a Node may be cordoned while another one takes Pods", cordonNode(node("n1"), node("n2")), []],
  ["the last Node that takes Pods may not", cordonNode(node("n1")), ["refuse last_schedulable_node"]],
  [
    "another Node that is not Ready takes none",
    cordonNode(node("n1"), node("n2", { ready: false })),
    ["refuse last_schedulable_node"],
  ],
  [
    "another Node that is cordoned takes none",
    cordonNode(node("n1"), node("n2", { spec: { unschedulable: true } })),
    ["refuse last_schedulable_node"],
  ],
  [
    "another Node that is being deleted takes none",
    cordonNode(node("n1"), node("n2", DELETED)),
    ["refuse last_schedulable_node"],
  ],
  [
    "another Node with a taint of its own takes none",
    cordonNode(node("n1"), node("n2", { spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] } })),
    ["refuse last_schedulable_node"],
  ],
  [
    "another Node with the same taint takes the same Pods",
    cordonNode(
      node("n1", { spec: { taints: [{ key: "gpu", value: "a", effect: "NoSchedule" }] } }),
      node("n2", { spec: { taints: [{ key: "gpu", value: "a", effect: "NoSchedule" }] } }),
    ),
    [],
  ],
  [
    "another Node that is only avoided takes Pods",
    cordonNode(node("n1"), node("n2", { spec: { taints: [{ key: "spot", effect: "PreferNoSchedule" }] } })),
    [],
  ],
  [
    "a Node of the control plane stays",
    cordonNode(node("n1", { labels: { [CONTROL_PLANE]: "" } }), node("n2")),
    ["refuse control_plane_node"],
  ],
  [
    "so does one with the older label",
    cordonNode(node("n1", { labels: { "node-role.kubernetes.io/master": "" } }), node("n2")),
    ["refuse control_plane_node"],
  ],
  [
    "so does one that only has the taint",
    cordonNode(node("n1", { spec: { taints: [{ key: CONTROL_PLANE, effect: "NoSchedule" }] } }), node("n2")),
    ["refuse control_plane_node"],
  ],
  [
    "it may be uncordoned",
    doing(uncordon, { name: "n1" }, [
      node("n1", { labels: { [CONTROL_PLANE]: "" }, spec: { unschedulable: true } }),
    ]),
    [],
  ],
  [
    "to undo that is to cordon it",
    doing(
      undoFields,
      {
        object: { resource: "nodes", namespace: "", name: "n1" },
        changes: [{ path: "/spec/unschedulable", before: true }],
      },
      [node("n1", { labels: { [CONTROL_PLANE]: "" } }), node("n2")],
      { isUndo: true },
    ),
    ["refuse control_plane_node"],
  ],
  [
    "a Node may be drained whose workloads run elsewhere, too",
    drainNode([...spread, daemonPod(scratch), mirror]),
    [],
  ],
  ["a drain ends no bare Pod", drainNode([...spread, bare]), ["refuse unmanaged_pod"]],
  [
    "a drain ends a bare Pod that has finished",
    drainNode([pod("bare", { phase: "Failed", ready: false })]),
    [],
  ],
  [
    "a drain takes emptyDir data",
    drainNode([web(), webSet(), ...webPods(1, { ...scratch, ready: false })]),
    ["refuse emptydir_data"],
  ],
  [
    "a drain ends all Ready Pods of a workload that are on one Node",
    drainNode(threeOfWeb),
    ["refuse last_ready_replica"],
  ],
  [
    "a drain cannot move what its Node owns",
    drainNode([...spread, pod("etcd-n1", ownedBy("Node", "n1"))]),
    ["refuse static_pod"],
  ],
  [
    "a drain ends the server's own Pod",
    drainNode(spread, { ownPod }),
    ["refuse protected_namespace", "refuse own_workload"],
  ],
  [
    "a drain of a Node without it ends others of its namespace",
    drainNode(spread, { ownPod: { namespace: SHOP, name: "web-1-z" } }),
    ["refuse protected_namespace"],
  ],
  [
    "a drain ends Pods of other namespaces",
    drainNode(spread, { ownPod: { namespace: "mcp", name: "a" } }),
    [],
  ],
  [
    "a Node that was cordoned before is drained under the same rules",
    doing(drain, { name: "n1" }, [
      node("n1", { labels: { [CONTROL_PLANE]: "" }, spec: { unschedulable: true } }),
      ...spread,
    ]),
    ["refuse control_plane_node", "refuse last_schedulable_node"],
  ],

  [
    "one of several taints is enough for the control plane",
    cordonNode(
      node("n1", {
        spec: {
          taints: [
            { key: "spot", effect: "NoSchedule" },
            { key: CONTROL_PLANE, effect: "NoSchedule" },
          ],
        },
      }),
      node("n2"),
    ),
    ["refuse control_plane_node"],
  ],
  [
    "to undo a cordon takes no Node away",
    doing(
      undoFields,
      {
        object: { resource: "nodes", namespace: "", name: "n1" },
        changes: [{ path: "/spec/unschedulable", after: true }],
      },
      [node("n1", { labels: { [CONTROL_PLANE]: "" }, spec: { unschedulable: true } })],
      { isUndo: true },
    ),
    [],
  ],
  [
    "nor does an undo that comes too late",
    doing(
      undoFields,
      {
        object: { resource: "nodes", namespace: "", name: "n1" },
        changes: [{ path: "/spec/unschedulable", before: true }],
      },
      [node("n1", { labels: { [CONTROL_PLANE]: "" }, spec: { unschedulable: true } })],
      { isUndo: true },
    ),
    [],
  ],
];
