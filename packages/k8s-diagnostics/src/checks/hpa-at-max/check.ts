import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { autoscalerCondition } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** So far above its target a metric may be before it counts: the controller's own tolerance. */
const TOLERANCE = 1.1;
/** How much more to allow where no metric tells. */
const DEFAULT_GROWTH = 1.5;

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
      const example = Math.ceil(max * (over?.factor ?? DEFAULT_GROWTH));
      return [
        {
          object,
          title: `${nameOf(object)} has reached its maximum of ${max} replicas`,
          confidence: "certain" as const,
          severity: over ? ("medium" as const) : ("low" as const),
          evidence: [
            fieldEvidence(object, "status.conditions[ScalingLimited]", limited),
            fieldEvidence(object, "spec.maxReplicas", max),
            ...(over ? [fieldEvidence(object, "status.currentMetrics", over.metric)] : []),
          ] as const,
          remedies: [
            {
              step: `Raise spec.maxReplicas of ${nameOf(object)} if the cluster has room, for example to ${example}, or give each replica more.`,
              patch: `spec:\n  maxReplicas: ${example}\n`,
            },
          ],
        },
      ];
    }),
});

/** The metric that is furthest above its target, and by how much. */
function utilizationOverTarget({ spec, status }: ObjectOf<"horizontalPodAutoscalers">) {
  return (status?.currentMetrics ?? [])
    .flatMap((metric) => {
      const target = spec?.metrics?.find((wanted) => wanted.resource?.name === metric.resource?.name)
        ?.resource?.target?.averageUtilization;
      const current = metric.resource?.current?.averageUtilization;
      if (current === undefined || !target || current <= target * TOLERANCE) return [];
      return [{ metric, factor: current / target }];
    })
    .sort((a, b) => b.factor - a.factor)[0];
}
