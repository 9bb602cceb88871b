import { isDnsSubdomain, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { type Event, lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { controllerOf, podSpecPath, workloadOf } from "../../kube/owners.ts";
import { isHealthyPod, isTerminating, podCondition } from "../../kube/pods.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { unschedulablePods } from "../../kube/scheduling/unschedulable.ts";
import { secondsBetween } from "../../kube/time.ts";

type Pod = ObjectOf<"pods">;
type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "events">;

const WINDOW = 3_600;
const SYSTEM_PRIORITY = 2_000_000_000;
/** As classes are called whose Pods are to give way. */
const LESSER =
  /(?:^|[-.])(?:low(?:er|est)?|batch|best-?effort|preemptible|background|spot|bulk|offline)(?:$|[-.])/;
/** Source: k8s.io/kubernetes pkg/scheduler/framework/preemption; the Pod is named by its UID. */
const BY = /^Preempted by pod ([-0-9A-Za-z]{1,64}) on node ([-a-z0-9.]{1,253})/;

export const podPreempted = defineCheck({
  id: "pod_preempted",
  title: "Pod had to make room for one of higher priority",
  when: "the scheduler removed a Pod for one of higher priority, and it or its replacement waits for a Node",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "nodes"],
  supersedes: ["pod_unschedulable", "insufficient_resources", "too_many_pods", "pod_stuck_terminating"],
  run: ({ objects, asOf }) => {
    const victims = victimsOf(objects, asOf);
    if (victims.length === 0) return [];
    const preemptors = preemptorsIn(objects);
    return victims.map((victim) => findingOf(victim, preemptors, objects));
  },
});

interface Victim {
  /** What suffers now: the Pod that goes, or the one that waits in its place. */
  readonly pod: Pod;
  readonly event: Event | undefined;
}

/**
 * Pods that wait, of whose controller a Pod was preempted within the last hour (that one is gone, so that only its
 * name in the event tells of it), and Pods that are being removed for others.
 */
function victimsOf(objects: Read, asOf: string): readonly Victim[] {
  const leaving = objects.pods.all
    .filter(
      (pod) =>
        isTerminating(pod) && podCondition(pod, "DisruptionTarget")?.reason === "PreemptionByScheduler",
    )
    .map((pod) => ({ pod, event: undefined }));
  const events = objects.events.all.filter(
    (event) => event.reason === "Preempted" && (secondsBetween(lastSeen(event), asOf) ?? 0) < WINDOW,
  );
  if (events.length === 0) return leaving;
  const byOwner = new Map(events.map((event) => [ownerKey(event), event]));
  const waiting = unschedulablePods(objects).flatMap(({ pod }) => {
    const owner = controllerOf(pod);
    const event = owner && byOwner.get(`${pod.metadata.namespace}/${owner.name}`);
    return event ? [{ pod, event }] : [];
  });
  return [...leaving, ...waiting];
}

/** `web-6c5d9-x2x7q` and `db-0` are Pods of `web-6c5d9` and `db`. */
function ownerKey({ metadata, involvedObject: { name = "" } }: Event): string {
  return `${metadata.namespace}/${name.slice(0, Math.max(0, name.lastIndexOf("-")))}`;
}

function findingOf({ pod, event }: Victim, { byUid, byNode }: Preemptors, objects: Read): Finding {
  const ref = refOf(pod);
  const workload = workloadOf(pod, objects);
  const by = BY.exec(event?.message ?? "");
  const preemptor = by ? byUid.get(by[1] ?? "") : byNode.get(pod.spec?.nodeName ?? "");
  const found = preemptor && workloadOf(preemptor, objects);
  const winner = found && refKey(found) !== refKey(workload) ? found : undefined;
  const condition = podCondition(pod, "DisruptionTarget");
  const misplaced = winner && lesserClass(preemptor);
  return {
    object: misplaced ?? (isSystem(preemptor) ? workload : (winner ?? workload)),
    title: titleOf(workload, winner, misplaced),
    confidence: preemptor ? "certain" : "likely",
    evidence: [
      event
        ? eventEvidence(
            { kind: "Pod", namespace: ref.namespace, name: event.involvedObject.name ?? "" },
            event,
          )
        : fieldEvidence(ref, "status.conditions[DisruptionTarget]", condition),
      fieldEvidence(
        workload,
        `${podSpecPath(workload.kind)}.priorityClassName`,
        pod.spec?.priorityClassName ?? `absent (priority ${pod.spec?.priority ?? 0})`,
      ),
      ...(preemptor ? prioritiesOf(preemptor) : []),
    ],
    affects: [ref],
    related: [workload, ...(winner ? [winner] : [])],
    details: detailsOf(pod, preemptor, by?.[2]),
    remedies: remediesOf(workload, winner, misplaced),
  };
}

function titleOf(
  workload: ObjectRef,
  winner: ObjectRef | undefined,
  misplaced: ObjectRef | undefined,
): string {
  const gave = `had to make room for ${winner ? nameOf(winner) : "a Pod of higher priority"}`;
  return misplaced
    ? `${nameOf(misplaced)} outranks ${nameOf(workload)}, whose Pod ${gave}`
    : `${subjectOf(workload)} ${gave}`;
}

/** A class whose name says that its Pods matter less than others, and that ranks higher all the same. */
function lesserClass(preemptor: Pod | undefined): ObjectRef | undefined {
  const name = preemptor?.spec?.priorityClassName ?? "";
  return LESSER.test(name) && isDnsSubdomain(name)
    ? { kind: "PriorityClass", namespace: "", name }
    : undefined;
}

/** What the cluster itself needs goes first by right. Source: k8s.io/kubernetes pkg/apis/scheduling SystemCriticalPriority */
function isSystem(pod: Pod | undefined): boolean {
  return (pod?.spec?.priority ?? 0) >= SYSTEM_PRIORITY;
}

function remediesOf(
  workload: ObjectRef,
  winner: ObjectRef | undefined,
  misplaced: ObjectRef | undefined,
): readonly Remedy[] {
  const field = `${podSpecPath(workload.kind)}.priorityClassName`;
  const room: Remedy = {
    step: `Add Nodes, or lower what ${winner ? nameOf(winner) : "the Pods of higher priority"} requests: there is not room for both that and ${nameOf(workload)}.`,
    ...(winner && { object: winner }),
  };
  const rank: Remedy = {
    step: `If ${nameOf(workload)} matters as much, set ${field} to a PriorityClass that is not lower.`,
    object: workload,
  };
  if (!misplaced || !winner) return [room, rank];
  return [
    {
      step: `Create ${nameOf(misplaced)} again with a value below that of ${nameOf(workload)}, as its value cannot be changed, and start ${nameOf(winner)} anew: running Pods keep their priority.`,
      object: misplaced,
    },
    room,
    rank,
  ];
}

function detailsOf(pod: Pod, preemptor: Pod | undefined, node: string | undefined) {
  return {
    priority: pod.spec?.priority ?? 0,
    ...(preemptor && {
      preemptor: preemptor.metadata.name,
      preemptor_priority: preemptor.spec?.priority ?? 0,
    }),
    ...(node !== undefined && { node }),
  };
}

function prioritiesOf(preemptor: Pod): readonly Evidence[] {
  const { priority = 0, priorityClassName } = preemptor.spec ?? {};
  return [
    fieldEvidence(refOf(preemptor), "spec.priority", priority),
    ...(priorityClassName
      ? [fieldEvidence(refOf(preemptor), "spec.priorityClassName", priorityClassName)]
      : []),
  ];
}

interface Preemptors {
  readonly byUid: ReadonlyMap<string, Pod>;
  /** The Pods that wait for a Node to be cleared for them. */
  readonly byNode: ReadonlyMap<string, Pod>;
}

function preemptorsIn({ pods }: Pick<Objects, "pods">): Preemptors {
  const waiting = pods.all.filter((pod) => !pod.spec?.nodeName && !isHealthyPod(pod));
  return {
    byUid: new Map(pods.all.map((pod) => [pod.metadata.uid ?? "", pod])),
    byNode: new Map(
      waiting.flatMap((pod) =>
        pod.status?.nominatedNodeName ? [[pod.status.nominatedNodeName, pod] as const] : [],
      ),
    ),
  };
}

function subjectOf(workload: ObjectRef): string {
  return workload.kind === "Pod" ? nameOf(workload) : `A Pod of ${nameOf(workload)}`;
}
