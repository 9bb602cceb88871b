import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

type Vertical = ObjectOf<"verticalPodAutoscalers">;

const PASSIVE: ReadonlySet<string> = new Set(["Off", "Initial"]);
const DEFAULT_RESOURCES = ["cpu", "memory"];

/** Source: https://kubernetes.io/docs/concepts/workloads/autoscaling/vertical-pod-autoscale/ (known limitations) */
export const hpaAndVpa = defineCheck({
  id: "hpa_and_vpa",
  title: "Two kinds of autoscalers act on the same resource",
  when: "a VerticalPodAutoscaler changes the requests by whose utilisation a HorizontalPodAutoscaler scales the same workload",
  severity: "low",
  level: "cause",
  reads: ["horizontalPodAutoscalers", "verticalPodAutoscalers"],
  run: ({ objects }) => {
    const verticals = Map.groupBy(
      objects.verticalPodAutoscalers.all.filter(
        ({ spec }) => !PASSIVE.has(spec?.updatePolicy?.updateMode ?? "Auto"),
      ),
      targetKey,
    );
    return objects.horizontalPodAutoscalers.all.flatMap((horizontal) => {
      const target = scaleTarget(horizontal);
      const watched = (horizontal.spec?.metrics ?? []).flatMap(({ resource, containerResource }) => {
        const metric = resource ?? containerResource;
        return metric?.target.type === "Utilization" ? [metric.name] : [];
      });
      return (verticals.get(refKey(target)) ?? []).flatMap((vertical) => {
        const shared = ["cpu", "memory"].filter(
          (name) => watched.includes(name) && controlledBy(vertical).has(name),
        );
        if (shared.length === 0) return [];
        const object = refOf(vertical);
        return [
          {
            object,
            title: `${nameOf(object)} changes the ${shared.join(" and ")} requests by which ${nameOf(refOf(horizontal))} scales ${nameOf(target)}`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(object, "spec", vertical.spec),
              fieldEvidence(refOf(horizontal), "spec.metrics", horizontal.spec?.metrics),
            ] as const,
            related: [refOf(horizontal), target],
            remedies: [
              {
                step: `Leave ${shared.join(" and ")} out of spec.resourcePolicy.containerPolicies[].controlledResources of ${nameOf(object)}, or set its updateMode to Off so that it only recommends.`,
                patch: 'spec:\n  updatePolicy:\n    updateMode: "Off"\n',
              },
            ],
          },
        ];
      });
    });
  },
});

function targetKey({ spec, metadata }: Vertical): string {
  const { kind = "", name = "" } = spec?.targetRef ?? {};
  return refKey({ kind, namespace: metadata.namespace, name });
}

function controlledBy({ spec }: Vertical): ReadonlySet<string> {
  const policies = spec?.resourcePolicy?.containerPolicies ?? [];
  if (policies.length === 0) return new Set(DEFAULT_RESOURCES);
  return new Set(policies.flatMap(({ controlledResources }) => controlledResources ?? DEFAULT_RESOURCES));
}
