import { type KubeObject, type ObjectRef, type Objects, resourceOfKind } from "@k8s-ops/k8s-cluster";
import { eventsOf } from "../kube/events.ts";
import { isHealthyPod, podCondition } from "../kube/pods.ts";
import { secondsBetween } from "../kube/time.ts";

type Conditions = readonly {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}[];

/** In this status a condition of the type tells of trouble, whatever the kind. */
const TROUBLE: ReadonlyMap<string, string> = new Map([
  ["Ready", "not True"],
  ["Available", "False"],
  ["Progressing", "False"],
  ["ReplicaFailure", "True"],
  ["Failed", "True"],
  ["MemoryPressure", "True"],
  ["DiskPressure", "True"],
  ["PIDPressure", "True"],
  ["NetworkUnavailable", "True"],
  ["AbleToScale", "False"],
  ["ScalingActive", "False"],
  ["Accepted", "False"],
  ["Programmed", "False"],
  ["Established", "False"],
]);

/** Events that tell how something was in the past say nothing about when the trouble of now began. */
const EVENT_WINDOW_SECONDS = 3_600;

/**
 * When the trouble of these objects began, as far as their conditions and warnings tell: RFC 3339. Undefined when
 * nothing tells.
 */
export function onsetOf(refs: Iterable<ObjectRef>, objects: Objects, asOf: string): string | undefined {
  let earliest: string | undefined;
  for (const ref of refs) {
    const resource = resourceOfKind(ref.kind);
    const object: KubeObject | undefined = resource && objects[resource].get(ref.namespace, ref.name);
    const began = object && beginning(object, objects, asOf);
    if (began !== undefined && began <= asOf && (earliest === undefined || began < earliest))
      earliest = began;
  }
  return earliest?.replace(/\.\d+Z$/, "Z");
}

function beginning(object: KubeObject, objects: Objects, asOf: string): string | undefined {
  const { creationTimestamp, deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined) return deletionTimestamp;
  if (object.kind === "Pod") return podTrouble(object as Objects["pods"]["all"][number], objects, asOf);
  const { status } = object as { status?: { phase?: string; conditions?: Conditions } };
  if (object.kind === "PersistentVolumeClaim" && status?.phase === "Pending") return creationTimestamp;
  return first((status?.conditions ?? []).filter(isTrouble).map((condition) => condition.lastTransitionTime));
}

function podTrouble(pod: Objects["pods"]["all"][number], objects: Objects, asOf: string): string | undefined {
  const isYoungEnough = (time: string | undefined): boolean =>
    (secondsBetween(time, asOf) ?? Number.POSITIVE_INFINITY) < EVENT_WINDOW_SECONDS;
  const warnings = eventsOf(pod, objects)
    .filter(({ type, lastTimestamp }) => type === "Warning" && isYoungEnough(lastTimestamp))
    .map(({ firstTimestamp }) => firstTimestamp);
  if (isHealthyPod(pod)) return first(warnings);
  const scheduled = podCondition(pod, "PodScheduled");
  const unready = podCondition(pod, "Ready");
  return first([
    scheduled?.status === "False" ? scheduled.lastTransitionTime : undefined,
    unready && unready.status !== "True" ? unready.lastTransitionTime : undefined,
    ...warnings,
  ]);
}

function isTrouble({ type, status }: Conditions[number]): boolean {
  const bad = TROUBLE.get(type);
  return bad === "not True" ? status !== "True" : bad === status;
}

function first(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).toSorted()[0];
}
