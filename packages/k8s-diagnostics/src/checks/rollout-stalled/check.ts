import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isReady, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { currentReplicaSet, type EarlierRevision, previousHealthyRevision } from "../../kube/rollout.ts";

export const rolloutStalled = defineCheck({
  id: "rollout_stalled",
  title: "Rollout makes no progress",
  when: "the Progressing condition of a Deployment is False: its progress deadline has passed, or its Pods cannot be created",
  severity: "high",
  level: "symptom",
  reads: ["deployments", "replicaSets", "pods"],
  run: ({ objects }) =>
    objects.deployments.all.flatMap((deployment) => {
      const condition = deployment.status?.conditions?.find(({ type }) => type === "Progressing");
      if (condition?.status !== "False" || deployment.metadata.deletionTimestamp !== undefined) return [];
      const object = refOf(deployment);
      const current = currentReplicaSet(deployment, objects);
      const pods = current ? podsControlledBy(refOf(current), objects).filter((pod) => !isReady(pod)) : [];
      const earlier = previousHealthyRevision(deployment, objects);
      return [
        {
          object,
          title: `The rollout of ${nameOf(object)} makes no progress`,
          confidence: "certain" as const,
          evidence: [fieldEvidence(object, "status.conditions[Progressing]", condition)] as const,
          because: [...(current ? [current] : []), ...pods].map(refOf),
          ...(earlier && { remedies: [rollBack(object, earlier)] }),
          details: {
            reason: condition.reason ?? "",
            message: condition.message ?? "",
            ...(earlier && {
              previous_healthy_revision: earlier.revision,
              changed_since: earlier.changed,
            }),
          },
        },
      ];
    }),
});

function rollBack({ namespace, name }: ObjectRef, { revision }: EarlierRevision): Remedy {
  return {
    step: `Roll Deployment ${name} back to revision ${revision}, whose Pods are ready.`,
    call: {
      tool: "remediate_rollback_deployment",
      arguments: { namespace, deployment_name: name, revision },
    },
  };
}
