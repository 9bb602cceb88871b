import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../check.ts";
import { lastWrite } from "./changes.ts";
import { fieldEvidence } from "./evidence.ts";
import { isReady, isTerminating, podCondition, podsControlledBy } from "./pods.ts";
import { refOf } from "./refs.ts";
import { replicaSetsOf } from "./rollout.ts";
import { secondsBetween } from "./time.ts";
import {
  isDaemonSet,
  readyField,
  replicasOf,
  type Workload,
  type WorkloadSources,
  workloadsIn,
} from "./workloads.ts";

const SYSTEM = "kube-system";
/** A controller acts within seconds, and a busy one within a minute. */
const PATIENCE_SECONDS = 60;

/** A workload of which its controller has not taken note. */
export interface Neglected {
  readonly workload: Workload;
  readonly evidence: readonly [Evidence, ...Evidence[]];
}

type Sources = WorkloadSources & Pick<Objects, "pods">;

/** The workloads that were made or changed more than a minute ago, and about which their controller does nothing. */
export function neglectedWorkloads(objects: Sources, asOf: string): readonly Neglected[] {
  return workloadsIn(objects).flatMap((workload) => {
    const object = refOf(workload);
    const { generation } = workload.metadata;
    const observed = workload.status?.observedGeneration;
    const write = lastWrite(workload);
    if (generation === undefined || (secondsBetween(write?.at, asOf) ?? 0) < PATIENCE_SECONDS) return [];
    const noted = fieldEvidence(object, "status.observedGeneration", observed);
    if (observed !== undefined && observed >= generation) {
      const lag = statusLag(workload, objects, asOf);
      return lag ? [{ workload, evidence: lag }] : [];
    }
    if (observed !== undefined) {
      return [
        { workload, evidence: [noted, fieldEvidence(object, "metadata.generation", generation)] as const },
      ];
    }
    if (hasBegun(workload, objects) || !wantsPods(workload)) return [];
    return [{ workload, evidence: [noted, fieldEvidence(object, "status", workload.status ?? {})] as const }];
  });
}

/** The Pods have been ready for a while, and the status does not say so. */
function statusLag(workload: Workload, objects: Sources, asOf: string): Neglected["evidence"] | undefined {
  const { desired, ready } = replicasOf(workload);
  if (ready >= desired || isDaemonSet(workload)) return undefined;
  const owners = [
    workload,
    ...(workload.kind === "Deployment" ? replicaSetsOf(workload as ObjectOf<"deployments">, objects) : []),
  ];
  const settled = owners
    .flatMap((owner) => podsControlledBy(refOf(owner), objects))
    .filter(
      (pod) =>
        !isTerminating(pod) &&
        isReady(pod) &&
        (secondsBetween(podCondition(pod, "Ready")?.lastTransitionTime, asOf) ?? 0) > PATIENCE_SECONDS,
    );
  const [first] = settled;
  if (!first || settled.length < desired) return undefined;
  const object = refOf(workload);
  return [
    fieldEvidence(object, readyField(workload.kind), ready),
    fieldEvidence(refOf(first), "status.conditions[Ready]", podCondition(first, "Ready")),
  ];
}

function wantsPods(workload: Workload): boolean {
  return isDaemonSet(workload) || (workload.spec?.replicas ?? 1) > 0;
}

/** Whether anything tells that a controller has seen the object. */
function hasBegun(workload: Workload, objects: Sources): boolean {
  const { namespace } = workload.metadata;
  const { status = {} } = workload;
  const isKnown = objects.pods.knows(namespace) && objects.replicaSets.knows(namespace);
  if (!isKnown || Object.keys(status).length > 0) return true;
  if (podsControlledBy(refOf(workload), objects).length > 0) return true;
  return (
    workload.kind === "Deployment" && replicaSetsOf(workload as ObjectOf<"deployments">, objects).length > 0
  );
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

/** A component of the control plane, by its lock and its Pod in kube-system. */
export interface Component {
  /** Its Pod when that is not ready, else its lock; undefined when neither was read. */
  readonly object: ObjectRef | undefined;
  /** Whether its Pod or its lock shows that it does not work. */
  readonly isDown: boolean;
  /** Whether it holds its lock. */
  readonly isAtWork: boolean;
  readonly evidence: readonly Evidence[];
  /** Its Pod that is not ready: what is wrong with that is why. */
  readonly pod: ObjectRef | undefined;
}

export function controlPlaneComponent(
  name: "kube-controller-manager" | "kube-scheduler",
  objects: Pick<Objects, "pods" | "leases">,
  asOf: string,
): Component {
  const lease = objects.leases.get(SYSTEM, name);
  const renewed = lease?.spec?.renewTime;
  const isStale = (secondsBetween(renewed, asOf) ?? 0) > PATIENCE_SECONDS;
  const pods = objects.pods.in(SYSTEM).filter(({ metadata }) => metadata.labels?.component === name);
  // One of several that is ready does the work.
  const pod = pods.some(isReady) ? undefined : pods[0];
  return {
    object: pod ? refOf(pod) : lease && refOf(lease),
    isDown: isStale || (pod !== undefined && renewed === undefined),
    isAtWork: renewed !== undefined && !isStale,
    evidence: [
      ...(lease ? [fieldEvidence(refOf(lease), "spec.renewTime", renewed)] : []),
      ...(pod ? [fieldEvidence(refOf(pod), "status.phase", pod.status?.phase)] : []),
    ],
    pod: pod && refOf(pod),
  };
}
