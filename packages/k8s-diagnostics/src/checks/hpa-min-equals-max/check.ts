import { defineCheck } from "../../check.ts";
import { scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const hpaMinEqualsMax = defineCheck({
  id: "hpa_min_equals_max",
  title: "Autoscaler may not scale",
  when: "minReplicas and maxReplicas of a HorizontalPodAutoscaler are equal",
  severity: "low",
  level: "cause",
  reads: ["horizontalPodAutoscalers"],
  run: ({ objects }) =>
    objects.horizontalPodAutoscalers.all.flatMap((autoscaler) => {
      const { minReplicas = 1, maxReplicas } = autoscaler.spec ?? {};
      if (maxReplicas === undefined || minReplicas < maxReplicas) return [];
      const object = refOf(autoscaler);
      return [
        {
          object,
          title: `${nameOf(object)} keeps ${nameOf(scaleTarget(autoscaler))} at ${maxReplicas} replicas whatever the load`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.minReplicas", minReplicas),
            fieldEvidence(object, "spec.maxReplicas", maxReplicas),
          ] as const,
          remedies: [
            {
              step: `Raise spec.maxReplicas of ${nameOf(object)} to as many replicas as the cluster can hold, for example ${maxReplicas * 2}.`,
              patch: `spec:\n  maxReplicas: ${maxReplicas * 2}\n`,
            },
          ],
        },
      ];
    }),
});
