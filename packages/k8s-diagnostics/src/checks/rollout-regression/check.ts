import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { containersOf } from "../../kube/containers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isReady, podCondition } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isProven, REVISION_READS, revisionsOf, shownChanges } from "../../kube/revisions.ts";
import { changeEvidence, rollBack } from "../../kube/roll-back.ts";
import { secondsBetween } from "../../kube/time.ts";
import { replicasOf, type Workload } from "../../kube/workloads.ts";

type Pod = ObjectOf<"pods">;

/** So long a Pod may be unready before it counts, when nothing shows that it fails. */
const PATIENCE_SECONDS = 300;
const MAX_CHANGES = 3;

export const rolloutRegression = defineCheck({
  id: "rollout_regression",
  title: "Pods fail since the workload's newest revision",
  when: "all Pods of the newest revision of a Deployment, StatefulSet or DaemonSet fail while those of an earlier revision, whose template differs, are ready, and no more specific reason is known",
  severity: "high",
  level: "cause",
  reads: REVISION_READS,
  run: ({ objects, asOf }) =>
    [...objects.deployments.all, ...objects.statefulSets.all, ...objects.daemonSets.all].flatMap(
      (workload) => {
        const { ready, desired } = replicasOf(workload);
        const allReady = ready >= desired && desired > 0 && isUpdated(workload);
        if (allReady || workload.metadata.deletionTimestamp !== undefined) return [];
        const revisions = revisionsOf(workload, objects);
        const pods = revisions?.current.pods ?? [];
        const [first] = pods;
        if (!revisions || !first || !pods.every((pod) => isFailing(pod, asOf))) return [];
        const earlier = revisions.earlier.find(isProven);
        const inSpec = (earlier?.changed ?? []).filter((path) => path.startsWith("spec."));
        if (!earlier || inSpec.length === 0) return [];
        const object = refOf(workload);
        const field = "status.conditions[Ready]";
        return [
          {
            object,
            title: `The Pods of ${nameOf(object)} fail since its newest revision; those of revision ${earlier.number} are ready`,
            confidence: "likely" as const,
            evidence: [
              fieldEvidence(refOf(first), field, podCondition(first, "Ready")),
              ...earlier.pods
                .slice(0, 1)
                .map((pod) => fieldEvidence(refOf(pod), field, podCondition(pod, "Ready"))),
              ...shownChanges(revisions, earlier, inSpec.slice(0, MAX_CHANGES)).map((change) =>
                changeEvidence(object, change),
              ),
            ] as const,
            affects: pods.map(refOf),
            because: pods.map(refOf),
            remedies: [rollBack(object, earlier)],
            details: {
              previous_healthy_revision: earlier.number,
              changed_since: earlier.changed,
            },
          },
        ];
      },
    ),
});

/** Whether the update has reached all Pods, so that most workloads need no further look. */
function isUpdated(workload: Workload): boolean {
  const { updated, desired } = replicasOf(workload);
  const { replicas = desired } = (workload.status ?? {}) as { readonly replicas?: number };
  return updated >= desired && replicas <= desired;
}

/** It was placed, and its containers do not come up: something that its template may explain. */
function isFailing(pod: Pod, asOf: string): boolean {
  if (isReady(pod) || !pod.spec?.nodeName) return false;
  const age = secondsBetween(pod.metadata.creationTimestamp, asOf);
  if (age === undefined || age > PATIENCE_SECONDS) return true;
  return containersOf(pod).some(
    ({ status }) =>
      (status?.restartCount ?? 0) > 0 ||
      /BackOff|Err|Error|Invalid/.test(status?.state?.waiting?.reason ?? ""),
  );
}
