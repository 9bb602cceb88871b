import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../check.ts";
import { type Event, eventsOf, lastSeen } from "./events.ts";
import { eventEvidence, fieldEvidence } from "./evidence.ts";
import { failingLogs } from "./logs/failing-logs.ts";
import { controllerOf, workloadOf } from "./owners.ts";
import { isTerminating } from "./pods.ts";
import { refKey, refOf } from "./refs.ts";
import { podsByNode } from "./scheduling/requests.ts";
import { CORDON_TAINT, passingTaint, tolerates } from "./scheduling/tolerations.ts";
import { secondsBetween } from "./time.ts";

type Node = ObjectOf<"nodes">;
type Pod = ObjectOf<"pods">;

export const DRAIN_READS = [
  "podDisruptionBudgets",
  "pods",
  "nodes",
  "events",
  "replicaSets",
  "jobs",
  "logs",
] as const;
type Input = Pick<Objects, (typeof DRAIN_READS)[number]>;

/** What a drainer that waits or gives up for a budget looks like by itself. */
export const DRAINER_FAILURES = ["init_container_failing", "container_exits_with_error", "job_failed"];

/** A Node that cannot be emptied because some Pods on it may not be evicted. */
export interface HeldDrain {
  readonly node: ObjectRef;
  readonly evidence: Evidence;
  /** The Pods that may not be evicted, and what controls them. */
  readonly held: readonly ObjectRef[];
  /** The Pods that try to empty the Node, and say so. */
  readonly drainers: readonly ObjectRef[];
}

/** Whether a person or an autoscaler wants the Node empty: it is cordoned, to be removed, or deleted. */
export function isBeingEmptied({ metadata, spec }: Node): boolean {
  return (
    spec?.unschedulable === true ||
    metadata.deletionTimestamp !== undefined ||
    (spec?.taints ?? []).some((taint) => passingTaint(taint) === "removal")
  );
}

/**
 * The Nodes that these Pods keep from being emptied: as a drainer says in its log, as an autoscaler says of the Node,
 * or because nothing else is left there but Pods that stay.
 */
export function heldDrains(pods: readonly Pod[], objects: Input, asOf: string): readonly HeldDrain[] {
  const onNode = Map.groupBy(pods, ({ spec }) => spec?.nodeName ?? "");
  return [...onNode].flatMap(([name, held]): readonly HeldDrain[] => {
    const node = objects.nodes.get("", name);
    if (!node || !isBeingEmptied(node)) return [];
    const refusals = held.flatMap((pod) => refusedEvictions(objects, asOf).get(refKey(refOf(pod))) ?? []);
    const event = failedDrain(node, objects, asOf);
    const [first] = refusals;
    if (!first && !event && !isAllThatIsLeft(node, new Set(held), objects)) return [];
    const evidence = first?.said ?? (event ? eventEvidence(refOf(node), event) : emptyingEvidence(node));
    const refs = held.flatMap((pod) => [refOf(pod), workloadOf(pod, objects)]);
    return [
      {
        node: refOf(node),
        evidence,
        held: distinct(refs),
        drainers: distinct(refusals.map(({ drainer }) => drainer)),
      },
    ];
  });
}

function distinct(refs: readonly ObjectRef[]): readonly ObjectRef[] {
  return [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
}

function emptyingEvidence(node: Node): Evidence {
  const object = refOf(node);
  if (node.spec?.unschedulable) return fieldEvidence(object, "spec.unschedulable", true);
  if (node.metadata.deletionTimestamp !== undefined) {
    return fieldEvidence(object, "metadata.deletionTimestamp", node.metadata.deletionTimestamp);
  }
  return fieldEvidence(object, "spec.taints", node.spec?.taints);
}

const RECENT_SECONDS = 1800;
/** Karpenter's and the cluster autoscaler's reasons; the former also tells which Nodes it would like to remove. */
const DRAIN_FAILED = new Set(["FailedDraining", "ScaleDownFailed"]);

function failedDrain(node: Node, objects: Input, asOf: string): Event | undefined {
  const recent = eventsOf(node, objects).filter(
    (event) => (secondsBetween(lastSeen(event), asOf) ?? Infinity) <= RECENT_SECONDS,
  );
  const isBlocked = ({ reason, message = "" }: Event): boolean =>
    reason === "DisruptionBlocked" && /\bpdb\b.*prevents pod evictions/i.test(message);
  return (
    recent.find(isBlocked) ??
    recent.find(({ reason = "", message = "" }) => DRAIN_FAILED.has(reason) && /drain/i.test(message))
  );
}

/** Nothing else is left on the Node, so that its emptying waits for these. */
function isAllThatIsLeft({ metadata }: Node, held: ReadonlySet<Pod>, objects: Input): boolean {
  if (!objects.pods.knows("")) return false;
  const left = podsByNode(objects).get(metadata.name) ?? [];
  return left.every((pod) => held.has(pod) || staysOnNode(pod));
}

/** Pods that a drain leaves (of DaemonSets, and static ones), and those that come back to a cordoned Node. */
function staysOnNode(pod: Pod): boolean {
  const kind = controllerOf(pod)?.kind;
  const toleratesCordon = (pod.spec?.tolerations ?? []).some((toleration) =>
    tolerates(toleration, { key: CORDON_TAINT, effect: "NoSchedule" }),
  );
  return kind === "DaemonSet" || kind === "Node" || isTerminating(pod) || toleratesCordon;
}

interface Refusal {
  readonly drainer: ObjectRef;
  readonly said: Evidence;
}

/**
 * As kubectl drain, and what is built on it, quotes the API server.
 * Source: k8s.io/kubectl pkg/drain; k8s.io/kubernetes pkg/registry/core/pod/storage/eviction.go
 */
const REFUSED =
  /evicting pods?\/"([^"]{1,253})" -n "([^"]{1,63})".*(?:violate the pod's disruption budget|more than one PodDisruptionBudget)/;

const known = new WeakMap<Objects["logs"], ReadonlyMap<string, readonly Refusal[]>>();

/** What drainers say in their logs of Pods that they could not evict, by Pod. */
function refusedEvictions(objects: Input, asOf: string): ReadonlyMap<string, readonly Refusal[]> {
  const found = known.get(objects.logs);
  if (found) return found;
  const refusals = failingLogs(objects, asOf).flatMap(({ place, recent, said }) =>
    recent.flatMap((line) => {
      const [, name, namespace] = REFUSED.exec(line) ?? [];
      if (name === undefined || namespace === undefined) return [];
      const pod = refKey({ kind: "Pod", namespace, name });
      return [{ pod, refusal: { drainer: place.podRef, said: said(line) } }];
    }),
  );
  const byPod = new Map<string, readonly Refusal[]>(
    [...Map.groupBy(refusals, ({ pod }) => pod)].map(([pod, all]) => [
      pod,
      all.map(({ refusal }) => refusal),
    ]),
  );
  known.set(objects.logs, byPod);
  return byPod;
}
