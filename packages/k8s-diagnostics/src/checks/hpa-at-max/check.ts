import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { autoscalerCondition } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** So far above its target a metric may be before it counts: the controller's own tolerance. */
const TOLERANCE = 1.1;

export const hpaAtMax = defineCheck({
  id: "hpa_at_max",
  title: "Autoscaler has reached its maximum",
  when: "a HorizontalPodAutoscaler wants more replicas than maxReplicas; medium while a metric is above its target",
  severity: "low",
  level: "cause",
  reads: ["horizontalPodAutoscalers"],
  run: ({ objects }) =>
    objects.horizontalPodAutoscalers.all.flatMap((autoscaler) => {
      const { spec, status } = autoscaler;
      const limited = autoscalerCondition(autoscaler, "ScalingLimited");
      const max = spec?.maxReplicas ?? 0;
      if (limited?.status !== "True" || limited.reason !== "TooManyReplicas") return [];
      if ((status?.currentReplicas ?? 0) < max) return [];
      const object = refOf(autoscaler);
      const over = utilizationOverTarget(autoscaler);
      return [
        {
          object,
          title: `${nameOf(object)} has reached its maximum of ${max} replicas`,
          confidence: "certain" as const,
          severity: over ? ("medium" as const) : ("low" as const),
          evidence: [
            fieldEvidence(object, "status.conditions[ScalingLimited]", limited),
            fieldEvidence(object, "spec.maxReplicas", max),
            ...(over ? [fieldEvidence(object, "status.currentMetrics", over)] : []),
          ] as const,
          remedies: [
            {
              step: `Raise spec.maxReplicas of ${nameOf(object)} if the cluster has room, or give each replica more.`,
            },
          ],
        },
      ];
    }),
});

function utilizationOverTarget({ spec, status }: ObjectOf<"horizontalPodAutoscalers">) {
  return (status?.currentMetrics ?? []).find(({ resource }) => {
    const target = spec?.metrics?.find((metric) => metric.resource?.name === resource?.name)?.resource
      ?.target;
    const current = resource?.current?.averageUtilization;
    return current !== undefined && current > (target?.averageUtilization ?? Infinity) * TOLERANCE;
  });
}
