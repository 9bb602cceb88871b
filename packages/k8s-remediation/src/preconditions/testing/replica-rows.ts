import { scale } from "../../actions/scale/action.ts";
import { undoFields } from "../../undo/undo-fields/action.ts";
import { newImage, ofDb, ofWeb, oneOfWeb, ownPod, scaleWeb, threeOfWeb, undoScale } from "./asking.ts";
import { autoscalerOf, budget, db, dbPod, ownedBy, pod, web, webPods, webSet } from "./objects.ts";
import { doing, type Row } from "./situation.ts";

/** More and fewer replicas. */
export const replicaRows: readonly Row[] = [
  ["a Deployment may be scaled down", scaleWeb(1, threeOfWeb), []],
  ["scaling to 0 ends the last Ready Pod", scaleWeb(0, threeOfWeb), ["refuse last_ready_replica"]],
  [
    "what has no Ready Pod may be scaled to 0",
    scaleWeb(0, [web({ ready: 0 }), webSet({ ready: 0 }), ...webPods(3, { ready: false })]),
    [],
  ],
  [
    "the Deployment's own word counts when its Pods are not to be found",
    scaleWeb(0, [web()]),
    ["refuse last_ready_replica"],
  ],
  [
    "scaling down keeps the Ready Pods",
    scaleWeb(1, [
      web({ ready: 1 }),
      webSet({ ready: 1 }),
      ...webPods(2, { ready: false }),
      pod("web-1-z", ownedBy("ReplicaSet", "web-1")),
    ]),
    [],
  ],
  [
    "a StatefulSet ends the highest ordinals first, Ready or not",
    doing(scale, { ...ofDb, replicas: 1 }, [db(), dbPod(0, { ready: false }), dbPod(1), dbPod(2)]),
    ["refuse last_ready_replica"],
  ],
  [
    "a StatefulSet keeps its first replica",
    doing(scale, { ...ofDb, replicas: 1 }, [db(), dbPod(0), dbPod(1), dbPod(2)]),
    [],
  ],
  [
    "an autoscaler owns the replicas",
    scaleWeb(2, [...threeOfWeb, autoscalerOf("Deployment", "web")]),
    ["refuse autoscaled"],
  ],
  [
    "an autoscaler of another object does not",
    scaleWeb(2, [...threeOfWeb, autoscalerOf("StatefulSet", "web"), autoscalerOf("Deployment", "api")]),
    [],
  ],
  [
    "an autoscaler is off while there are no replicas",
    scaleWeb(3, [web({ replicas: 0 }), webSet({ replicas: 0 }), autoscalerOf("Deployment", "web")]),
    ["refuse autoscaled"],
  ],
  [
    "an autoscaler owns the replicas against an undo, too",
    undoScale(3, 2, [...threeOfWeb, autoscalerOf("Deployment", "web")]),
    ["refuse autoscaled"],
  ],
  ["an autoscaler does not own the image", newImage([...threeOfWeb, autoscalerOf("Deployment", "web")]), []],
  ["ten times as many replicas are as many as one may ask for", scaleWeb(30, threeOfWeb), []],
  ["more than ten times as many are a slip", scaleWeb(31, threeOfWeb), ["refuse large_scale"]],
  ["20 replicas are few", scaleWeb(20, oneOfWeb), []],
  ["more than 20 from none are a slip", scaleWeb(21, [web({ replicas: 0 })]), ["refuse large_scale"]],
  ["an undo may bring all replicas back", undoScale(0, 50, [web({ replicas: 0 })]), []],
  [
    "an undo must not end the last Ready Pod either",
    undoScale(3, 0, threeOfWeb),
    ["refuse last_ready_replica"],
  ],
  [
    "fewer replicas may end the server's own Pod",
    scaleWeb(2, threeOfWeb, { ownPod }),
    ["refuse protected_namespace", "refuse own_workload"],
  ],
  ["more replicas end nothing", scaleWeb(4, threeOfWeb, { ownPod }), ["refuse protected_namespace"]],

  [
    "fewer replicas may end the server's own Pod, whichever Pods are expected to end",
    scaleWeb(2, threeOfWeb, { ownPod: { ...ownPod, name: "web-1-c" } }),
    ["refuse protected_namespace", "refuse own_workload"],
  ],
  [
    "an undo is judged by the replicas that it brings back",
    undoScale(3, 2, [...threeOfWeb, budget("two", { spec: { minAvailable: 2 } })]),
    [],
  ],
  [
    "an undo that leaves the replicas to the API leaves one",
    doing(
      undoFields,
      { object: ofWeb, changes: [{ path: "/spec/replicas", after: 3 }] },
      [...threeOfWeb, budget("two", { spec: { minAvailable: 2 } })],
      { isUndo: true },
    ),
    ["warn below_budget"],
  ],
  [
    "what does not say that it has Ready Pods may be scaled to 0",
    scaleWeb(0, [web({ status: { readyReplicas: undefined } })]),
    [],
  ],
];
