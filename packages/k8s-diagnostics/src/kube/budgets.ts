import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { podsMatching } from "./pod-index.ts";
import { isFinished, isTerminating } from "./pods.ts";
import { matchesSelector } from "./selectors.ts";

type Budget = ObjectOf<"podDisruptionBudgets">;
type Pod = ObjectOf<"pods">;

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
