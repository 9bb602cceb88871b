import type { KubeObject, ObjectOf } from "@k8s-ops/k8s-cluster";
import { definePrecondition } from "../precondition.ts";
import { told } from "../told.ts";

/** A second rollout on top of one that has not finished mixes the revisions and hides which of them failed. */
export const rolloutInProgress = definePrecondition({
  code: "rollout_in_progress",
  when: "the rollout before has not finished",
  liftedBy: "warning",
  judge({ action, target, planned }) {
    // A rollback is the way out of a rollout that is stuck.
    const left = planned.rollsOut && action !== "rollback" ? unfinished(target) : undefined;
    if (left === undefined) return [];
    return [{ verdict: "warn", message: `The rollout before of ${told(target)} has not finished: ${left}.` }];
  },
});

/** Source: k8s.io/kubectl pkg/polymorphichelpers/rollout_status.go, without the question whether Pods are available */
function unfinished(target: KubeObject): string | undefined {
  switch (target.kind) {
    case "Deployment":
      return ofDeployment(target as ObjectOf<"deployments">);
    case "StatefulSet":
      return ofStatefulSet(target as ObjectOf<"statefulSets">);
    case "DaemonSet":
      return ofDaemonSet(target as ObjectOf<"daemonSets">);
    default:
      return undefined;
  }
}

const UNOBSERVED = "its controller has not seen the last change yet";

function isUnobserved(
  { generation = 0 }: KubeObject["metadata"],
  { observedGeneration = 0 }: { readonly observedGeneration?: number } = {},
): boolean {
  return generation > observedGeneration;
}

function updatedOf(updated: number, wanted: number): string | undefined {
  return updated < wanted ? `${updated} of ${wanted} Pods are updated` : undefined;
}

function ofDeployment({ metadata, spec, status }: ObjectOf<"deployments">): string | undefined {
  if (spec?.paused) return undefined;
  if (isUnobserved(metadata, status)) return UNOBSERVED;
  const { updatedReplicas = 0, replicas = 0 } = status ?? {};
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} Pods of an earlier revision are left`;
  return updatedOf(updatedReplicas, spec?.replicas ?? 1);
}

function ofStatefulSet({ metadata, spec, status }: ObjectOf<"statefulSets">): string | undefined {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type === "OnDelete") return undefined;
  if (isUnobserved(metadata, status)) return UNOBSERVED;
  if (status?.updateRevision === status?.currentRevision) return undefined;
  return updatedOf(status?.updatedReplicas ?? 0, (spec?.replicas ?? 1) - (rollingUpdate?.partition ?? 0));
}

function ofDaemonSet({ metadata, spec, status }: ObjectOf<"daemonSets">): string | undefined {
  if (spec?.updateStrategy?.type === "OnDelete") return undefined;
  if (isUnobserved(metadata, status)) return UNOBSERVED;
  return updatedOf(status?.updatedNumberScheduled ?? 0, status?.desiredNumberScheduled ?? 0);
}
