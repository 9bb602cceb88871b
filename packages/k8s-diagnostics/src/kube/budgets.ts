import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { controllerOf } from "./owners.ts";
import { podsMatching } from "./pod-index.ts";
import { isFinished, isTerminating } from "./pods.ts";
import { refOf } from "./refs.ts";
import { podsByNode } from "./scheduling/requests.ts";
import { matchesSelector } from "./selectors.ts";

type Budget = ObjectOf<"podDisruptionBudgets">;
type Pod = ObjectOf<"pods">;

export const DRAIN_READS = ["podDisruptionBudgets", "pods", "nodes"] as const;

/** The living Pods that a PodDisruptionBudget protects. A selector without terms selects all of the namespace. */
export function budgetPods({ metadata, spec }: Budget, objects: Pick<Objects, "pods">): readonly Pod[] {
  const equal = spec?.selector?.matchLabels ?? {};
  const pods =
    Object.keys(equal).length > 0
      ? podsMatching(equal, metadata.namespace, objects)
      : objects.pods.in(metadata.namespace);
  return pods.filter(
    (pod) => !isFinished(pod) && !isTerminating(pod) && matchesSelector(spec?.selector, pod.metadata.labels),
  );
}

/** Whether the API server refuses evictions of the budget's Pods now. */
export function allowsNothing({ status }: Budget): boolean {
  return (status?.expectedPods ?? 0) > 0 && status?.disruptionsAllowed === 0;
}

/** Whether the budget wants all of its Pods: it allows nothing even when all of them are healthy. */
export function wantsAll(budget: Budget): boolean {
  const { expectedPods = 0, desiredHealthy = 0 } = budget.status ?? {};
  return allowsNothing(budget) && desiredHealthy >= expectedPods;
}

/**
 * The cordoned Nodes on which nothing is left but Pods of this budget and those that stay: a drain waits for it.
 */
export function drainsHeldUp(
  pods: readonly Pod[],
  objects: Pick<Objects, (typeof DRAIN_READS)[number]>,
): readonly ObjectRef[] {
  const held = new Set(pods);
  const names = new Set(pods.map(({ spec }) => spec?.nodeName ?? ""));
  const cordoned = objects.nodes.all.filter(
    ({ metadata, spec }) => names.has(metadata.name) && spec?.unschedulable === true,
  );
  if (cordoned.length === 0 || !objects.pods.knows("")) return [];
  const byNode = podsByNode(objects);
  return cordoned
    .filter(({ metadata }) =>
      (byNode.get(metadata.name) ?? []).every((pod) => held.has(pod) || staysOnNode(pod)),
    )
    .map(refOf);
}

/** Pods that a drain leaves: of DaemonSets, and static ones. */
function staysOnNode(pod: Pod): boolean {
  const kind = controllerOf(pod)?.kind;
  return kind === "DaemonSet" || kind === "Node" || isTerminating(pod);
}
