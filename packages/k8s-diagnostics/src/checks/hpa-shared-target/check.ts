import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { autoscalerCondition, scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { plainCopy } from "../../kube/field-patch.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

type Autoscaler = ObjectOf<"horizontalPodAutoscalers">;

export const hpaSharedTarget = defineCheck({
  id: "hpa_shared_target",
  title: "Two autoscalers scale one workload",
  when: "several HorizontalPodAutoscalers name the same target; medium when they do not work because of it, which Kubernetes tells since 1.26",
  severity: "low",
  level: "cause",
  reads: ["horizontalPodAutoscalers"],
  supersedes: ["hpa_not_scaling"],
  run: ({ objects }) =>
    [
      ...Map.groupBy(objects.horizontalPodAutoscalers.all, (each) => refKey(scaleTarget(each))).values(),
    ].flatMap((autoscalers) => {
      const [kept, ...others] = autoscalers.toSorted((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1));
      const [other] = others;
      if (!kept || !other) return [];
      const object = refOf(other);
      const metrics = plainCopy(
        [kept, ...others].flatMap(({ spec }) => spec?.metrics ?? []).filter(isFirstOfItsKind),
      );
      const ambiguous = autoscalers.find(isAmbiguous);
      const targets = [
        fieldEvidence(object, "spec.scaleTargetRef", other.spec?.scaleTargetRef),
        fieldEvidence(refOf(kept), "spec.scaleTargetRef", kept.spec?.scaleTargetRef),
      ] as const;
      return [
        {
          object,
          title: `${nameOf(object)} scales ${nameOf(scaleTarget(other))}, which ${nameOf(refOf(kept))} scales, too`,
          confidence: "certain" as const,
          severity: ambiguous ? ("medium" as const) : ("low" as const),
          evidence: ambiguous
            ? ([
                fieldEvidence(
                  refOf(ambiguous),
                  "status.conditions[ScalingActive].message",
                  autoscalerCondition(ambiguous, "ScalingActive")?.message,
                ),
                ...targets,
              ] as const)
            : targets,
          affects: autoscalers.map(refOf),
          related: [scaleTarget(other)],
          remedies: [
            {
              step: `Put all metrics into spec.metrics of ${nameOf(refOf(kept))}, which takes the largest of their results, and delete ${others.map((each) => nameOf(refOf(each))).join(", ")}.`,
              object: refOf(kept),
              ...(metrics !== undefined && { patch: toYaml({ spec: { metrics } }) }),
            },
          ],
        },
      ];
    }),
});

function isFirstOfItsKind<T>(metric: T, index: number, all: readonly T[]): boolean {
  return all.findIndex((each) => JSON.stringify(each) === JSON.stringify(metric)) === index;
}

function createdAt({ metadata }: Autoscaler): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name}`;
}

function isAmbiguous(autoscaler: Autoscaler): boolean {
  const condition = autoscalerCondition(autoscaler, "ScalingActive");
  return condition?.status === "False" && condition.reason === "AmbiguousSelector";
}
