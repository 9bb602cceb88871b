import {
  CONTROL_PLANE,
  cordonNode,
  DESCHEDULER,
  DO_NOT_DISRUPT,
  drainNode,
  MIRROR,
  PROTECTED,
  restartPod,
  restartWeb,
  SAFE_TO_EVICT,
  scaleWeb,
  scratch,
  spread,
  threeOfWeb,
} from "./asking.ts";
import { job, namespace, node, ownedBy, pod, SHOP, web, webPods, webSet } from "./objects.ts";
import type { Row } from "./situation.ts";

/** What labels and annotations say, and try to talk away. */
export const wordRows: readonly Row[] = [
  [
    "a Pod that is marked is protected",
    restartPod("web-1-a", [web(), webSet(), ...webPods(3, { annotations: { [PROTECTED]: "true" } })]),
    ["refuse protected_object"],
  ],
  [
    "any value protects",
    restartPod("web-1-a", [web(), webSet(), ...webPods(3, { labels: { [PROTECTED]: "" } })]),
    ["refuse protected_object"],
  ],
  [
    "a Deployment that is marked is protected",
    restartWeb([web({ labels: { [PROTECTED]: "yes" } }), webSet(), ...webPods(3)]),
    ["refuse protected_object"],
  ],
  [
    "a Pod is protected through its ReplicaSet, which has its Deployment's annotations",
    restartPod("web-1-a", [web(), webSet({ annotations: { [PROTECTED]: "true" } }), ...webPods(3)]),
    ["refuse protected_object"],
  ],
  [
    "a Namespace that is marked protects what is in it",
    scaleWeb(2, [...threeOfWeb, namespace(SHOP, { labels: { [PROTECTED]: "true" } })]),
    ["refuse protected_object"],
  ],
  [
    "another Namespace's mark says nothing",
    scaleWeb(2, [...threeOfWeb, namespace("far", { labels: { [PROTECTED]: "true" } })]),
    [],
  ],
  [
    "a drain asks the Namespaces of all that it evicts",
    drainNode([...spread, namespace(SHOP, { annotations: { [PROTECTED]: "true" } })]),
    ["refuse protected_object"],
  ],
  [
    "what the cluster autoscaler must not evict is not evicted",
    restartPod("web-1-a", [web(), webSet(), ...webPods(3, { annotations: { [SAFE_TO_EVICT]: "false" } })]),
    ["refuse protected_object"],
  ],
  [
    "what Karpenter must not disrupt is not evicted",
    drainNode([
      ...spread,
      pod("web-1-y", { ...ownedBy("ReplicaSet", "web-1"), annotations: { [DO_NOT_DISRUPT]: "true" } }),
    ]),
    ["refuse protected_object"],
  ],
  [
    "nor for a duration",
    restartPod("web-1-a", [web(), webSet(), ...webPods(3, { annotations: { [DO_NOT_DISRUPT]: "4h" } })]),
    ["refuse protected_object"],
  ],
  [
    "nothing is disrupted of a Pod that has finished",
    restartPod("import-a", [
      pod("import-a", {
        ...ownedBy("Job", "import"),
        phase: "Succeeded",
        ready: false,
        annotations: { [SAFE_TO_EVICT]: "false" },
      }),
    ]),
    [],
  ],
  [
    "to be unprotected is no permission to end a bare Pod",
    restartPod("bare", [
      pod("bare", {
        annotations: { [PROTECTED]: "false", [DO_NOT_DISRUPT]: "false" },
        labels: { [PROTECTED]: "false" },
      }),
    ]),
    ["refuse unmanaged_pod"],
  ],
  [
    "a label cannot take back what an annotation protects",
    restartPod("web-1-a", [
      web(),
      webSet(),
      ...webPods(3, { annotations: { [PROTECTED]: "true" }, labels: { [PROTECTED]: "false" } }),
    ]),
    ["refuse protected_object"],
  ],
  [
    "a Pod cannot take back what its Namespace protects",
    restartPod("web-1-a", [
      web(),
      webSet(),
      ...webPods(3, { annotations: { [PROTECTED]: "false" } }),
      namespace(SHOP, { labels: { [PROTECTED]: "true" } }),
    ]),
    ["refuse protected_object"],
  ],
  [
    "safe-to-evict does not make the last Ready Pod safe to evict",
    restartPod("web-1-a", [
      web({ replicas: 1 }),
      webSet({ replicas: 1 }),
      ...webPods(1, { annotations: { [SAFE_TO_EVICT]: "true" } }),
    ]),
    ["refuse last_ready_replica"],
  ],
  [
    "safe-to-evict does not make emptyDir data worthless",
    drainNode([
      web(),
      webSet(),
      ...webPods(1, { ...scratch, ready: false, annotations: { [SAFE_TO_EVICT]: "true" } }),
    ]),
    ["refuse emptydir_data"],
  ],
  [
    "the descheduler's annotation does not permit to evict a static Pod",
    restartPod("etcd-n1", [
      pod("etcd-n1", { annotations: { [MIRROR]: "hash", [DESCHEDULER]: "true" }, ...ownedBy("Node", "n1") }),
    ]),
    ["refuse static_pod"],
  ],
  [
    "a Namespace cannot take itself out of the protected ones",
    restartPod(
      "dns-a",
      [
        pod("dns-a", { namespace: "kube-system", ...ownedBy("DaemonSet", "dns"), ready: false }),
        namespace("kube-system", { annotations: { [PROTECTED]: "false" } }),
      ],
      {},
      "kube-system",
    ),
    ["refuse protected_namespace"],
  ],
  [
    "a label with another role does not hide the control plane",
    cordonNode(
      node("n1", { labels: { [CONTROL_PLANE]: "false", "node-role.kubernetes.io/worker": "" } }),
      node("n2"),
    ),
    ["refuse control_plane_node"],
  ],

  [
    "a Job that is marked protects its Pods",
    restartPod("import-a", [
      job("import", { annotations: { [PROTECTED]: "true" } }),
      pod("import-a", ownedBy("Job", "import")),
    ]),
    ["refuse protected_object"],
  ],
];
