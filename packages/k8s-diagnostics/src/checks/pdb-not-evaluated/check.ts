import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** Source: k8s.io/kubernetes pkg/controller/disruption/disruption.go */
export const pdbNotEvaluated = defineCheck({
  id: "pdb_not_evaluated",
  title: "Disruption budget cannot be worked out",
  when: "the condition DisruptionAllowed of a PodDisruptionBudget has the reason SyncFailed, so that its Pods cannot be evicted",
  severity: "low",
  level: "cause",
  reads: ["podDisruptionBudgets"],
  run: ({ objects }) =>
    objects.podDisruptionBudgets.all.flatMap(({ spec, status, ...budget }) => {
      const condition = status?.conditions?.find(({ type }) => type === "DisruptionAllowed");
      if (condition?.reason !== "SyncFailed" || condition.status !== "False") return [];
      const object = refOf(budget);
      return [
        {
          object,
          title: `The controller cannot work out how many Pods ${nameOf(object)} allows to be away, so that it allows none`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "status.conditions[DisruptionAllowed]", condition),
            fieldEvidence(object, "spec.selector", spec?.selector),
          ] as const,
          remedies: [
            {
              step: `State spec.minAvailable of ${nameOf(object)} as a number of Pods, for example 1: percentages and maxUnavailable need Pods whose controllers have replicas (Deployment, StatefulSet, ReplicaSet); or narrow its selector to such Pods.`,
              patch: "spec:\n  maxUnavailable: null\n  minAvailable: 1\n",
            },
          ],
        },
      ];
    }),
});
