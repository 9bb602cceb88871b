import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../check.ts";
import { fieldEvidence } from "./evidence.ts";
import { isReady, podCondition } from "./pods.ts";
import { refOf } from "./refs.ts";
import { secondsBetween } from "./time.ts";

/** Leases are renewed every few seconds. */
const STALE_SECONDS = 60;

export type Component = "kube-scheduler" | "kube-controller-manager";

/** What is known of a component of the control plane: its lease, and its Pod where it runs as one. */
export interface ComponentState {
  /** The Pod that is not ready, else the lease that is not renewed. */
  readonly object: ObjectRef | undefined;
  /** Whether something shows that it is down. */
  readonly down: boolean;
  readonly evidence: readonly Evidence[];
  /** Its Pod that is not ready. */
  readonly pod: ObjectRef | undefined;
}

export function componentState(
  component: Component,
  objects: Pick<Objects, "pods" | "leases">,
  asOf: string,
): ComponentState {
  const lease = objects.leases.get("kube-system", component);
  const renewed = lease?.spec?.renewTime;
  const stale = lease !== undefined && (secondsBetween(renewed, asOf) ?? 0) > STALE_SECONDS;
  const pods = objects.pods
    .in("kube-system")
    .filter(({ metadata }) => metadata.labels?.component === component);
  // One of several that is ready does the work.
  const broken = pods.some(isReady) ? undefined : pods[0];
  const object = broken ? refOf(broken) : lease && refOf(lease);
  return {
    object,
    down: stale || broken !== undefined,
    evidence: [
      ...(lease ? [fieldEvidence(refOf(lease), "spec.renewTime", renewed)] : []),
      ...(broken ? [fieldEvidence(refOf(broken), "status.phase", broken.status?.phase)] : []),
    ],
    pod: broken && refOf(broken),
  };
}

/** A Pod of which no scheduler has said anything: neither a Node, nor a condition, nor a gate. */
export function isUnconsidered(pod: ObjectOf<"pods">): boolean {
  return (
    !pod.spec?.nodeName &&
    (pod.status?.phase ?? "Pending") === "Pending" &&
    podCondition(pod, "PodScheduled") === undefined &&
    (pod.spec?.schedulingGates ?? []).length === 0
  );
}

type Observed = ObjectOf<"deployments"> | ObjectOf<"statefulSets"> | ObjectOf<"daemonSets">;

/** Whether the workload's controller has not seen its newest state. */
export function isUnobserved({ metadata, status }: Observed): boolean {
  return (metadata.generation ?? 0) > (status?.observedGeneration ?? 0) && !metadata.deletionTimestamp;
}
