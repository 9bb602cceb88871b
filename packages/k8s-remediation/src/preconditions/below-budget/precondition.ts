import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { matchesSelector } from "@k8s-ops/k8s-diagnostics/kube";
import { replicasChange } from "../effects.ts";
import { definePrecondition } from "../precondition.ts";
import { told } from "../told.ts";

const MOST_VERDICTS = 5;

/** Scaling does not ask budgets, and one that then wants more Pods than there are blocks every drain. */
export const belowBudget = definePrecondition({
  code: "below_budget",
  when: "fewer replicas than a PodDisruptionBudget wants",
  liftedBy: "warning",
  judge({ target, planned, objects }) {
    const change = replicasChange(target, planned);
    if (!change || change.to >= change.from) return [];
    const { spec } = target as ObjectOf<"deployments">;
    const labels = spec?.template?.metadata?.labels;
    return objects.podDisruptionBudgets
      .in(target.metadata.namespace)
      .filter(
        (budget) =>
          matchesSelector(budget.spec?.selector, labels) && Number(budget.spec?.minAvailable) > change.to,
      )
      .slice(0, MOST_VERDICTS)
      .map((budget) => ({
        verdict: "warn",
        message: `${told(budget)} wants ${Number(budget.spec?.minAvailable)} Pods available, more than ${change.to} replicas are: then it allows no eviction.`,
      }));
  },
});
