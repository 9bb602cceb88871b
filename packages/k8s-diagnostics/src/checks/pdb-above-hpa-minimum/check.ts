import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { scaleTarget } from "../../kube/autoscalers.ts";
import { wantsAll } from "../../kube/budgets.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { matchesSelector } from "../../kube/selectors.ts";
import { templateLabels, workloadsIn } from "../../kube/workloads.ts";

export const pdbAboveHpaMinimum = defineCheck({
  id: "pdb_above_hpa_minimum",
  title: "Disruption budget wants as many Pods as the autoscaler keeps at least",
  when: "minAvailable of a PodDisruptionBudget is a number and not below minReplicas of the autoscaler of the same workload, so that at low load no Pod may be evicted",
  severity: "low",
  level: "cause",
  reads: [
    "podDisruptionBudgets",
    "horizontalPodAutoscalers",
    "deployments",
    "statefulSets",
    "daemonSets",
    "replicaSets",
  ],
  run: ({ objects }) =>
    objects.podDisruptionBudgets.all.flatMap((budget) => {
      const wanted = numberOf(budget);
      const { namespace } = budget.metadata;
      const autoscalers = objects.horizontalPodAutoscalers.in(namespace);
      if (wanted === undefined || wantsAll(budget) || autoscalers.length === 0) return [];
      const selected = workloadsIn(objects, namespace).filter((workload) =>
        matchesSelector(budget.spec?.selector, templateLabels(workload)),
      );
      const [only, ...more] = selected;
      if (!only || more.length > 0) return [];
      const autoscaler = autoscalers.find((each) => refKey(scaleTarget(each)) === refKey(refOf(only)));
      const minimum = autoscaler?.spec?.minReplicas ?? 1;
      if (!autoscaler || wanted < minimum) return [];
      const object = refOf(budget);
      return [
        {
          object,
          title: `${nameOf(object)} allows no eviction while ${nameOf(refOf(autoscaler))} keeps ${nameOf(refOf(only))} at its minimum of ${minimum}`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.minAvailable", wanted),
            fieldEvidence(refOf(autoscaler), "spec.minReplicas", minimum),
          ] as const,
          related: [refOf(autoscaler), refOf(only)],
          remedies: [
            {
              step: `Replace spec.minAvailable of ${nameOf(object)} by maxUnavailable 1, which follows the number of replicas.`,
              patch: "spec:\n  minAvailable: null\n  maxUnavailable: 1\n",
            },
          ],
        },
      ];
    }),
});

function numberOf({ spec }: ObjectOf<"podDisruptionBudgets">): number | undefined {
  const wanted: unknown = spec?.minAvailable;
  return typeof wanted === "number" ? wanted : undefined;
}
