import { drainNode, restartPod, scaleWeb, spread, threeOfWeb, wantsAll } from "./asking.ts";
import { budget, ownedBy, pod, web, webPods, webSet } from "./objects.ts";
import type { Row } from "./situation.ts";

/** PodDisruptionBudgets, beside what a dry run of an eviction says of them. */
export const budgetRows: readonly Row[] = [
  ["one budget is asked by the dry run", restartPod("web-1-a", [...threeOfWeb, budget("one")]), []],
  [
    "two budgets over a Pod make its eviction impossible",
    restartPod("web-1-a", [...threeOfWeb, budget("one"), budget("two")]),
    ["refuse several_budgets"],
  ],
  [
    "a budget that selects everything is one of them",
    restartPod("web-1-a", [...threeOfWeb, budget("one"), budget("all", { spec: { selector: {} } })]),
    ["refuse several_budgets"],
  ],
  [
    "budgets of other Pods or namespaces are none of them",
    restartPod("web-1-a", [
      ...threeOfWeb,
      budget("one"),
      budget("far", { namespace: "far" }),
      budget("db", { spec: { selector: { matchLabels: { app: "db" } } } }),
    ]),
    [],
  ],
  [
    "no budget is asked about a Pending Pod",
    restartPod("web-1-z", [
      ...threeOfWeb,
      pod("web-1-z", { ...ownedBy("ReplicaSet", "web-1"), phase: "Pending", ready: false }),
      budget("one"),
      budget("two"),
    ]),
    [],
  ],
  [
    "a drain does not wait for a budget that wants all of its Pods",
    drainNode([...spread, budget("all", wantsAll)]),
    ["refuse budget_never_allows"],
  ],
  [
    "a drain waits for a budget that allows nothing just now",
    drainNode([
      ...spread,
      budget("two", { status: { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 0 } }),
    ]),
    [],
  ],
  [
    "a budget that always lets unhealthy Pods go does not hold them",
    drainNode([
      web(),
      webSet(),
      ...webPods(1, { ready: false }),
      budget("all", { ...wantsAll, spec: { unhealthyPodEvictionPolicy: "AlwaysAllow" } }),
    ]),
    [],
  ],
  [
    "fewer replicas than a budget wants block later drains",
    scaleWeb(1, [...threeOfWeb, budget("two", { spec: { minAvailable: 2 } })]),
    ["warn below_budget"],
  ],
  [
    "as many replicas as a budget wants are enough",
    scaleWeb(2, [...threeOfWeb, budget("two", { spec: { minAvailable: 2 } })]),
    [],
  ],
  [
    "a share of fewer replicas is fewer, too",
    scaleWeb(1, [...threeOfWeb, budget("half", { spec: { minAvailable: "50%" } })]),
    [],
  ],
  [
    "scaling up never goes below a budget",
    scaleWeb(4, [...threeOfWeb, budget("ten", { spec: { minAvailable: 10 } })]),
    [],
  ],

  [
    "no budget holds a Pending Pod on its Node",
    drainNode([web(), webSet(), ...webPods(1, { ready: false, phase: "Pending" }), budget("all", wantsAll)]),
    [],
  ],
  [
    "nor one that has finished",
    drainNode([
      pod("import-a", { ...ownedBy("Job", "import"), phase: "Failed", ready: false }),
      budget("all", wantsAll),
    ]),
    [],
  ],
  [
    "a budget holds a Pod that is not Ready",
    drainNode([web(), webSet(), ...webPods(1, { ready: false }), budget("all", wantsAll)]),
    ["refuse budget_never_allows"],
  ],
  [
    "a budget that lets unhealthy Pods go holds the Ready ones",
    drainNode([
      ...spread,
      budget("all", { ...wantsAll, spec: { unhealthyPodEvictionPolicy: "AlwaysAllow" } }),
    ]),
    ["refuse budget_never_allows"],
  ],
];
