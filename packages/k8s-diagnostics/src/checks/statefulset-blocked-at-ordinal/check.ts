import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isReady, podCondition, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isStarting } from "../../kube/starting.ts";

type Pod = ObjectOf<"pods">;
type StatefulSet = ObjectOf<"statefulSets">;

export const statefulsetBlockedAtOrdinal = defineCheck({
  id: "statefulset_blocked_at_ordinal",
  title: "StatefulSet waits for one Pod before it goes on",
  when: "a StatefulSet with ordered Pods creates or updates no further Pod because one is not ready",
  severity: "medium",
  level: "symptom",
  reads: ["statefulSets", "pods"],
  run: ({ objects, asOf }) =>
    objects.statefulSets.all
      .filter((set) => (set.status?.readyReplicas ?? 0) < (set.spec?.replicas ?? 1))
      .flatMap((set) => {
        if (set.spec?.podManagementPolicy === "Parallel" || set.metadata.deletionTimestamp !== undefined)
          return [];
        const pods = byOrdinal(podsControlledBy(refOf(set), objects));
        const [blocker] = pods.find(([pod]) => !isReady(pod) && !isStarting(pod, asOf)) ?? [];
        if (!blocker) return [];
        const missing = (set.spec?.replicas ?? 1) - pods.length;
        const keepsOldRevision = isOutdated(blocker, set);
        if (missing <= 0 && !keepsOldRevision) return [];
        const object = refOf(set);
        const pod = refOf(blocker);
        return [
          {
            object,
            title: `${nameOf(object)} waits for ${nameOf(pod)} before it ${missing > 0 ? "creates the next Pod" : "updates it"}`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(pod, "status.conditions[Ready]", podCondition(blocker, "Ready")),
              fieldEvidence(object, "status.replicas", set.status?.replicas ?? 0),
            ] as const,
            because: [pod],
            ...(keepsOldRevision && { remedies: [restart(pod)] }),
            details: { pod_name: pod.name, missing_pods: Math.max(0, missing) },
          },
        ];
      }),
});

function byOrdinal(pods: readonly Pod[]): readonly (readonly [Pod, number])[] {
  return pods
    .map((pod) => [pod, Number(/-(\d{1,9})$/.exec(pod.metadata.name)?.[1] ?? Number.NaN)] as const)
    .filter(([, ordinal]) => !Number.isNaN(ordinal))
    .toSorted(([, a], [, b]) => a - b);
}

/** A broken Pod of the revision before the update: the controller does not replace it by itself. */
function isOutdated({ metadata }: Pod, { status, spec }: StatefulSet): boolean {
  const revision = metadata.labels?.["controller-revision-hash"];
  if (spec?.updateStrategy?.type === "OnDelete" || revision === undefined) return false;
  return status?.updateRevision !== undefined && revision !== status.updateRevision;
}

/** Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback */
function restart({ namespace, name }: ObjectRef): Remedy {
  return {
    step: `Delete Pod ${name}: it still has the template from before the update, and the controller waits for it to become ready before it replaces it.`,
    call: { tool: "remediate_pod_restart", arguments: { namespace, pod_name: name } },
  };
}
