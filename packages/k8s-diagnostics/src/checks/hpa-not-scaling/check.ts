import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { autoscalerCondition, blamedMetrics, metricsApi, scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const hpaNotScaling = defineCheck({
  id: "hpa_not_scaling",
  title: "Autoscaler does not work",
  when: "the condition AbleToScale or ScalingActive of a HorizontalPodAutoscaler is False, other than for a target scaled to zero",
  severity: "medium",
  level: "symptom",
  reads: ["horizontalPodAutoscalers"],
  run: ({ objects, asOf }) =>
    objects.horizontalPodAutoscalers.all
      .filter((autoscaler) => !isYoung(autoscaler, asOf))
      .flatMap((autoscaler) => {
        const condition = wrongCondition(autoscaler);
        if (!condition) return [];
        const object = refOf(autoscaler);
        const message = condition.message ?? "";
        const blamed = blamedMetrics(message);
        return [
          {
            object,
            title: `${nameOf(object)} cannot scale its target`,
            confidence: "certain" as const,
            evidence: [fieldEvidence(object, `status.conditions[${condition.type}]`, condition)] as const,
            because: [blamed ? metricsApi(blamed) : scaleTarget(autoscaler)],
            details: { reason: condition.reason ?? "", message },
          },
        ];
      }),
});

function wrongCondition(autoscaler: ObjectOf<"horizontalPodAutoscalers">) {
  return ["AbleToScale", "ScalingActive"]
    .map((type) => autoscalerCondition(autoscaler, type))
    .find((condition) => condition?.status === "False" && condition.reason !== "ScalingDisabled");
}
