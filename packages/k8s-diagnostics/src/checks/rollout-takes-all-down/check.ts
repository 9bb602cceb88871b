import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isReady } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { REVISION_READS, revisionsOf } from "../../kube/revisions.ts";

type Deployment = ObjectOf<"deployments">;

export const rolloutTakesAllDown = defineCheck({
  id: "rollout_takes_all_down",
  title: "The rollout took all Pods away before the new ones worked",
  when: "no Pod of a Deployment with several replicas is ready after an update, and its strategy lets the update take all old Pods away at once; the broken revision itself is reported apart",
  severity: "low",
  level: "cause",
  reads: REVISION_READS,
  run: ({ objects }) =>
    objects.deployments.all.flatMap((deployment) => {
      const field = allAtOnce(deployment);
      if (!field || (deployment.status?.readyReplicas ?? 0) > 0) return [];
      if (deployment.metadata.deletionTimestamp !== undefined) return [];
      const revisions = revisionsOf(deployment, objects);
      const pods = [revisions?.current, ...(revisions?.earlier ?? [])].flatMap((each) => each?.pods ?? []);
      if (!revisions || revisions.current.pods.length === 0 || pods.some(isReady)) return [];
      const object = refOf(deployment);
      return [
        {
          object,
          title: `The strategy of ${nameOf(object)} let the update take all Pods away at once`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(
              object,
              `spec.strategy.${field}`,
              field === "type" ? "Recreate" : deployment.spec?.strategy?.rollingUpdate?.maxUnavailable,
            ),
            fieldEvidence(object, "status.readyReplicas", deployment.status?.readyReplicas ?? 0),
          ] as const,
          remedies: [
            {
              step: `Let updates of ${nameOf(object)} keep the old Pods until new ones are ready: strategy RollingUpdate with maxUnavailable 25%.`,
              patch:
                'spec:\n  strategy:\n    type: RollingUpdate\n    rollingUpdate:\n      maxUnavailable: "25%"\n      maxSurge: "25%"\n',
            },
          ],
        },
      ];
    }),
});

/** The field by which an update may take away every old Pod. A single replica is often meant so, for its volume. */
function allAtOnce({ spec }: Deployment): string | undefined {
  const replicas = spec?.replicas ?? 1;
  if (replicas < 2) return undefined;
  if (spec?.strategy?.type === "Recreate") return "type";
  const wanted: unknown = spec?.strategy?.rollingUpdate?.maxUnavailable;
  const share =
    typeof wanted === "string" && wanted.endsWith("%")
      ? (Number(wanted.slice(0, -1)) / 100) * replicas
      : Number(wanted ?? 0);
  return share >= replicas ? "rollingUpdate.maxUnavailable" : undefined;
}
