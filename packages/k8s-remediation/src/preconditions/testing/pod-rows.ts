import {
  bare,
  DELETED,
  daemonPod,
  MIRROR,
  mirror,
  oneOfWeb,
  ownPod,
  restartPod,
  scratch,
  threeOfWeb,
} from "./asking.ts";
import { db, dbPod, job, ownedBy, pod, SHOP, web, webPods, webSet } from "./objects.ts";
import type { Row } from "./situation.ts";

/** Pods that are evicted one by one. */
export const podRows: readonly Row[] = [
  ["one of three Ready Pods may be restarted", restartPod("web-1-a", threeOfWeb), []],
  [
    "a Pod that is not Ready may always be restarted",
    restartPod("web-1-a", [web({ replicas: 1 }), webSet({ replicas: 1 }), ...webPods(1, { ready: false })]),
    [],
  ],
  [
    "the only Pod of a Deployment is its last Ready one",
    restartPod("web-1-a", oneOfWeb),
    ["refuse last_ready_replica"],
  ],
  [
    "siblings that are not Ready do not count",
    restartPod("web-1-z", [
      web(),
      webSet(),
      ...webPods(2, { ready: false }),
      pod("web-1-z", ownedBy("ReplicaSet", "web-1")),
    ]),
    ["refuse last_ready_replica"],
  ],
  [
    "a Ready sibling that is being deleted does not count",
    restartPod("web-1-z", [
      web(),
      webSet(),
      ...webPods(2, DELETED),
      pod("web-1-z", ownedBy("ReplicaSet", "web-1")),
    ]),
    ["refuse last_ready_replica"],
  ],
  [
    "a Ready Pod of the Deployment's other ReplicaSet counts",
    restartPod("web-1-a", [
      web(),
      webSet(),
      webSet({ name: "web-2", replicas: 1 }),
      ...webPods(1),
      pod("web-2-a", ownedBy("ReplicaSet", "web-2")),
    ]),
    [],
  ],
  [
    "a Ready Pod of another workload with the same labels does not count",
    restartPod("web-1-a", [...oneOfWeb, pod("evil-a", ownedBy("ReplicaSet", "evil"))]),
    ["refuse last_ready_replica"],
  ],
  [
    "labels of a Deployment that was not read make no sibling",
    restartPod("web-1-a", [
      pod("web-1-a", { ...ownedBy("ReplicaSet", "web-1"), labels: { "pod-template-hash": "1" } }),
      pod("web-2-a", { ...ownedBy("ReplicaSet", "web-2"), labels: { "pod-template-hash": "2" } }),
    ]),
    ["refuse last_ready_replica"],
  ],
  [
    "a workload that wants no Pods does not miss its last one",
    restartPod("web-1-a", [web({ replicas: 0 }), webSet({ replicas: 0 }), ...webPods(1)]),
    [],
  ],
  [
    "an earlier revision's Pod is missed while the new one has none that is Ready",
    restartPod("web-1-a", [web(), webSet({ replicas: 0 }), webSet({ name: "web-2" }), ...webPods(1)]),
    ["refuse last_ready_replica"],
  ],
  [
    "a Job's Pod serves nobody",
    restartPod("import-a", [job("import"), pod("import-a", ownedBy("Job", "import"))]),
    [],
  ],
  [
    "the only replica of a StatefulSet is its last Ready one",
    restartPod("db-0", [db({ replicas: 1 }), dbPod(0)]),
    ["refuse last_ready_replica"],
  ],
  [
    "one of two replicas of a StatefulSet may be restarted",
    restartPod("db-0", [db({ replicas: 2 }), dbPod(0), dbPod(1)]),
    [],
  ],
  [
    "one of a DaemonSet's Pods may be restarted",
    restartPod("agent-a", [daemonPod(), pod("agent-b", ownedBy("DaemonSet", "agent"))]),
    [],
  ],
  ["a bare Pod is not replaced", restartPod("bare", [bare]), ["refuse unmanaged_pod"]],
  [
    "an owner that is no controller replaces no Pod",
    restartPod("bare", [pod("bare", ownedBy("ReplicaSet", "web-1", { controller: false }))]),
    ["refuse unmanaged_pod"],
  ],
  [
    "a bare Pod that has finished may go",
    restartPod("bare", [pod("bare", { phase: "Succeeded", ready: false })]),
    [],
  ],
  [
    "a bare Pod that is Pending is not replaced either",
    restartPod("bare", [pod("bare", { phase: "Pending", ready: false })]),
    ["refuse unmanaged_pod"],
  ],
  ["a static Pod ends only on its Node", restartPod("etcd-n1", [mirror]), ["refuse static_pod"]],
  [
    "a Pod owned by its Node is a static one without annotation, too",
    restartPod("etcd-n1", [pod("etcd-n1", ownedBy("Node", "n1"))]),
    ["refuse static_pod"],
  ],
  [
    "whoever calls a Pod a mirror gets it treated as one",
    restartPod("web-1-z", [
      ...threeOfWeb,
      pod("web-1-z", { ...ownedBy("ReplicaSet", "web-1"), annotations: { [MIRROR]: "" } }),
    ]),
    ["refuse static_pod"],
  ],
  [
    "a Pod that is being deleted is left alone",
    restartPod("web-1-z", [...threeOfWeb, pod("web-1-z", { ...ownedBy("ReplicaSet", "web-1"), ...DELETED })]),
    ["refuse being_deleted"],
  ],
  [
    "a Pod loses what its emptyDir holds",
    restartPod("web-1-a", [web(), webSet(), ...webPods(3, scratch)]),
    ["warn emptydir_data"],
  ],
  [
    "a Pod in kube-system is protected",
    restartPod(
      "dns-a",
      [
        pod("dns-a", { namespace: "kube-system", ...ownedBy("DaemonSet", "dns") }),
        pod("dns-b", { namespace: "kube-system", ...ownedBy("DaemonSet", "dns") }),
      ],
      {},
      "kube-system",
    ),
    ["refuse protected_namespace"],
  ],
  [
    "the server's own namespace is protected",
    restartPod("web-1-a", threeOfWeb, { ownPod: { namespace: SHOP, name: "mcp-0" } }),
    ["refuse protected_namespace"],
  ],
  [
    "the server does not restart its own Pod",
    restartPod("web-1-a", threeOfWeb, { ownPod }),
    ["refuse protected_namespace", "refuse own_workload"],
  ],
  [
    "a Pod of the same name elsewhere is not the server's",
    restartPod("web-1-a", threeOfWeb, { ownPod: { namespace: "mcp", name: "web-1-a" } }),
    [],
  ],
  [
    "an operator's Pod is better restarted through the operator",
    restartPod("pg-1", [pod("pg-1", ownedBy("Cluster", "pg")), pod("pg-2", ownedBy("Cluster", "pg"))]),
    ["warn managed_elsewhere"],
  ],
];
