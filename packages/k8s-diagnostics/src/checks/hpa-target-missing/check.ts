import { isDnsSubdomain, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { autoscalerCondition, scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Sources = Pick<Objects, "deployments" | "statefulSets" | "replicaSets">;

export const hpaTargetMissing = defineCheck({
  id: "hpa_target_missing",
  title: "Target of an autoscaler does not exist",
  when: "spec.scaleTargetRef of a HorizontalPodAutoscaler names a Deployment, StatefulSet or ReplicaSet that does not exist",
  severity: "high",
  level: "cause",
  reads: ["horizontalPodAutoscalers", "deployments", "statefulSets", "replicaSets"],
  run: ({ objects }) =>
    objects.horizontalPodAutoscalers.all.flatMap((autoscaler) => {
      const target = scaleTarget(autoscaler);
      const view = viewOf(target, objects);
      if (!view?.knows(target.namespace, target.name) || !isDnsSubdomain(target.name)) return [];
      if (view.get(target.namespace, target.name)) return [];
      const object = refOf(autoscaler);
      const near = nearestName(
        target.name,
        view.in(target.namespace).map(({ metadata }) => metadata.name),
      );
      return [
        {
          object,
          title: `${nameOf(object)} scales ${nameOf(target)}, which does not exist`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "spec.scaleTargetRef", autoscaler.spec?.scaleTargetRef),
            fieldEvidence(
              object,
              "status.conditions[AbleToScale]",
              autoscalerCondition(autoscaler, "AbleToScale"),
            ),
          ] as const,
          affects: [object],
          remedies: [
            {
              step: near
                ? `Set spec.scaleTargetRef.name of ${nameOf(object)} to ${near}.`
                : `Create ${nameOf(target)}, or delete ${nameOf(object)}.`,
              ...(near && { patch: `spec:\n  scaleTargetRef:\n    name: ${JSON.stringify(near)}\n` }),
            },
          ],
        },
      ];
    }),
});

function viewOf({ kind }: ObjectRef, objects: Sources) {
  if (kind === "Deployment") return objects.deployments;
  if (kind === "StatefulSet") return objects.statefulSets;
  return kind === "ReplicaSet" ? objects.replicaSets : undefined;
}
