import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import type { Progress } from "../action.ts";

export type RolledResource = "deployments" | "statefulSets" | "daemonSets";
export type Rolled = ObjectOf<RolledResource>;

/**
 * How far a rollout is, in kubectl's words.
 * Source: k8s.io/kubectl pkg/polymorphichelpers/rollout_status.go
 */
export function rolloutStatus(object: Rolled | undefined): Progress {
  if (!object) return { state: "failed", message: "object has been deleted" };
  switch (object.kind) {
    case "Deployment":
      return deploymentStatus(object as ObjectOf<"deployments">);
    case "DaemonSet":
      return daemonSetStatus(object as ObjectOf<"daemonSets">);
    default:
      return statefulSetStatus(object as ObjectOf<"statefulSets">);
  }
}

const waiting = (message: string): Progress => ({ state: "waiting", message });
const done = (message: string): Progress => ({ state: "done", message });

function deploymentStatus({ metadata, spec, status }: ObjectOf<"deployments">): Progress {
  const { name, generation = 0 } = metadata;
  if (generation > (status?.observedGeneration ?? 0)) {
    return waiting("Waiting for deployment spec update to be observed...");
  }
  const progressing = status?.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    return { state: "failed", message: `deployment "${name}" exceeded its progress deadline` };
  }
  const { updatedReplicas: updated = 0, replicas = 0, availableReplicas: available = 0 } = status ?? {};
  const rollout = `Waiting for deployment "${name}" rollout to finish:`;
  const desired = spec?.replicas;
  if (desired !== undefined && updated < desired) {
    return waiting(`${rollout} ${updated} out of ${desired} new replicas have been updated...`);
  }
  if (replicas > updated) {
    return waiting(`${rollout} ${replicas - updated} old replicas are pending termination...`);
  }
  if (available < updated) {
    return waiting(`${rollout} ${available} of ${updated} updated replicas are available...`);
  }
  return done(`deployment "${name}" successfully rolled out`);
}

function daemonSetStatus({ metadata, spec, status }: ObjectOf<"daemonSets">): Progress {
  const { name, generation = 0 } = metadata;
  if (spec?.updateStrategy?.type === "OnDelete") return onDelete("daemon set", name);
  if (generation > (status?.observedGeneration ?? 0)) {
    return waiting("Waiting for daemon set spec update to be observed...");
  }
  const desired = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const available = status?.numberAvailable ?? 0;
  const rollout = `Waiting for daemon set "${name}" rollout to finish:`;
  if (updated < desired) {
    return waiting(`${rollout} ${updated} out of ${desired} new pods have been updated...`);
  }
  if (available < desired)
    return waiting(`${rollout} ${available} of ${desired} updated pods are available...`);
  return done(`daemon set "${name}" successfully rolled out`);
}

function statefulSetStatus({ metadata, spec, status }: ObjectOf<"statefulSets">): Progress {
  const { name, generation = 0 } = metadata;
  if (spec?.updateStrategy?.type === "OnDelete") return onDelete("statefulset", name);
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || generation > observed) {
    return waiting("Waiting for statefulset spec update to be observed...");
  }
  const replicas = spec?.replicas;
  const ready = status?.readyReplicas ?? 0;
  if (replicas !== undefined && ready < replicas) {
    return waiting(`Waiting for ${replicas - ready} pods to be ready...`);
  }
  const updated = status?.updatedReplicas ?? 0;
  const partition = spec?.updateStrategy?.rollingUpdate?.partition;
  // The API server sets a partition of 0 where none is given, and kubectl speaks of a partition then, too.
  if (replicas !== undefined && partition !== undefined) {
    return updated < replicas - partition
      ? waiting(
          `Waiting for partitioned roll out to finish: ${updated} out of ${replicas - partition} new pods have been updated...`,
        )
      : done(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  const revision = status?.updateRevision ?? "";
  if (revision !== (status?.currentRevision ?? "")) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${revision}...`,
    );
  }
  return done(
    `statefulset rolling update complete ${status?.currentReplicas ?? 0} pods at revision ${revision}...`,
  );
}

/** kubectl has no status for these: their Pods change when somebody deletes them. */
function onDelete(what: string, name: string): Progress {
  return {
    state: "unknown",
    message: `${what} "${name}" gives the change only to Pods that are made anew (updateStrategy OnDelete): delete its Pods one by one (remediate_pod_restart)`,
  };
}
