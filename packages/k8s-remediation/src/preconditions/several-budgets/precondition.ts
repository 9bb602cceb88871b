import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isFinished, isTerminating, matchesSelector } from "@k8s-ops/k8s-diagnostics/kube";
import { evictedPods } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { toldPods } from "../told.ts";

type Pod = ObjectOf<"pods">;

/** The Eviction API refuses Pods of more than one budget. Source: k8s.io/kubernetes registry/core/pod/storage/eviction.go */
export const severalBudgets = definePrecondition({
  code: "several_budgets",
  when: "several PodDisruptionBudgets select a Pod that is evicted, which the Eviction API refuses",
  liftedBy: "no",
  judgesBy: ({ planned }) => (evictedPods(planned).length > 0 ? ["podDisruptionBudgets"] : []),
  judge({ planned, objects }) {
    const found = evictedPods(planned).filter((pod) => asksBudgets(pod) && budgetsOf(pod, objects) > 1);
    if (found.length === 0) return [];
    return [
      {
        verdict: "refuse",
        message: `More than one PodDisruptionBudget selects ${toldPods(found)}: the API server evicts no such Pod.`,
        override: {
          instead: "Change the selectors of the budgets, so that only one of them selects each Pod.",
        },
      },
    ];
  },
});

function asksBudgets(pod: Pod): boolean {
  return !isFinished(pod) && !isTerminating(pod) && pod.status?.phase !== "Pending";
}

function budgetsOf({ metadata }: Pod, { podDisruptionBudgets }: Objects): number {
  return podDisruptionBudgets
    .in(metadata.namespace)
    .filter(({ spec }) => matchesSelector(spec?.selector, metadata.labels)).length;
}
