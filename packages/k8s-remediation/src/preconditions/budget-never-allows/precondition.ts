import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isFinished, isReady, isTerminating, matchesSelector, wantsAll } from "@k8s-ops/k8s-diagnostics/kube";
import { evictedPods } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { told, toldPods } from "../told.ts";

type Pod = ObjectOf<"pods">;
type Budget = ObjectOf<"podDisruptionBudgets">;

const MOST_VERDICTS = 5;

/** A drain that waits for a budget which wants all of its Pods waits until its deadline. */
export const budgetNeverAllows = definePrecondition({
  code: "budget_never_allows",
  when: "a drain would wait for a budget that wants all of its Pods",
  liftedBy: "call",
  judgesBy: ({ planned }) => (evictedPods(planned).length > 0 ? ["podDisruptionBudgets", "pods"] : []),
  judge({ planned, objects }) {
    if (!planned.waitsForBudgets) return [];
    return held(evictedPods(planned), objects)
      .slice(0, MOST_VERDICTS)
      .map(({ budget, pods }) => ({
        verdict: "refuse",
        message: `${told(budget)} wants all of its Pods, so that ${toldPods(pods)} cannot be evicted, however long the drain waits: more replicas or a smaller minAvailable let it.`,
        override: "call",
      }));
  },
});

function held(evicted: readonly Pod[], objects: Objects) {
  const namespaces = Map.groupBy(evicted, ({ metadata }) => metadata.namespace);
  return [...namespaces].flatMap(([namespace, pods]) =>
    objects.podDisruptionBudgets
      .in(namespace)
      .filter(wantsAll)
      .map((budget) => ({ budget, pods: pods.filter((pod) => isHeldBy(budget, pod)) }))
      .filter((each) => each.pods.length > 0),
  );
}

function isHeldBy({ spec }: Budget, pod: Pod): boolean {
  if (isFinished(pod) || isTerminating(pod) || pod.status?.phase === "Pending") return false;
  if (spec?.unhealthyPodEvictionPolicy === "AlwaysAllow" && !isReady(pod)) return false;
  return matchesSelector(spec?.selector, pod.metadata.labels);
}
