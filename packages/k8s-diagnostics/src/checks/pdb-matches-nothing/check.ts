import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { correctedLabels, nearestTo } from "../../kube/network/nearest-workload.ts";
import { toYaml } from "../../kube/patch.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { matchesSelector } from "../../kube/selectors.ts";
import { templateLabels, workloadsIn } from "../../kube/workloads.ts";

export const pdbMatchesNothing = defineCheck({
  id: "pdb_matches_nothing",
  title: "Disruption budget protects no Pod",
  when: "the selector of a PodDisruptionBudget matches no Pod and no workload's template",
  severity: "low",
  level: "cause",
  reads: ["podDisruptionBudgets", "pods", "deployments", "statefulSets", "daemonSets", "replicaSets"],
  run: ({ objects }) =>
    objects.podDisruptionBudgets.all.flatMap((budget) => {
      const object = refOf(budget);
      const { namespace } = object;
      const selector = budget.spec?.selector;
      if (!objects.pods.knows(namespace) || (budget.status?.expectedPods ?? 0) > 0) return [];
      const equal = selector?.matchLabels ?? {};
      const pods =
        Object.keys(equal).length > 0 ? podsMatching(equal, namespace, objects) : objects.pods.in(namespace);
      if (pods.some(({ metadata }) => matchesSelector(selector, metadata.labels))) return [];
      if (workloadsIn(objects, namespace).some((each) => matchesSelector(selector, templateLabels(each))))
        return [];
      const labels = selector?.matchExpressions?.length
        ? undefined
        : correctedLabels(equal, nearestTo(budget, equal, objects));
      return [
        {
          object,
          title: `${nameOf(object)} protects no Pod`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.selector", selector),
            fieldEvidence(object, "status.expectedPods", budget.status?.expectedPods),
          ] as const,
          remedies: [
            {
              step: `Set spec.selector of ${nameOf(object)} to the labels of the Pods to protect, or delete it.`,
              ...(labels && { patch: toYaml({ spec: { selector: { matchLabels: labels } } }) }),
            },
          ],
        },
      ];
    }),
});
