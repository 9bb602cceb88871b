import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { claimsOf } from "../storage/claims.ts";
import { type NodeMismatch, nodeMismatches, selectorMismatches } from "./node-affinity.ts";
import { allocatable, podRequests } from "./requests.ts";
import type { ObstacleKind, SchedulerMessage } from "./scheduler-message.ts";
import {
  CORDON_TAINT,
  isConditionTaint,
  isControlPlaneTaint,
  type Taint,
  tolerates,
  untoleratedTaints,
} from "./tolerations.ts";

type Pod = ObjectOf<"pods">;
type Node = ObjectOf<"nodes">;
type PlacementObjects = Pick<Objects, "nodes" | "persistentVolumeClaims" | "persistentVolumes">;

/** What keeps a Pod off a Node however empty the Node is. */
export interface NodeView {
  readonly node: Node;
  readonly cordoned: boolean;
  readonly taints: readonly Taint[];
  readonly mismatches: readonly NodeMismatch[];
  /** Names of resources of which the Node never has enough. */
  readonly tooSmall: readonly string[];
  /** The bound PersistentVolume that lies elsewhere. */
  readonly volumes: readonly ObjectOf<"persistentVolumes">[];
}

/** The kinds of obstacles that do not depend on what runs in the cluster. */
export type StandingKind =
  | "cordoned"
  | "condition"
  | "taint"
  | "node_affinity"
  | "resource"
  | "volume_node_affinity";

/**
 * Where the Pod comes nearest to a place. `blocking` is empty when some Node would take it if there were room: then
 * the obstacle is one of the moment, and `nodes` are those Nodes.
 */
export interface Placement {
  readonly nodes: readonly NodeView[];
  readonly blocking: ReadonlySet<StandingKind>;
  readonly all: readonly NodeView[];
}

/** How little a person usually means to change each kind: the lowest is where the Pod belongs. */
const RANK: Readonly<Record<StandingKind, number>> = {
  cordoned: 0,
  condition: 0,
  taint: 1,
  node_affinity: 2,
  resource: 2,
  volume_node_affinity: 2,
};
const CONTROL_PLANE_RANK = 3;
/** Any Node has some of these, so a Node with too little is not one of another purpose, as without a device. */
const COMMON = new Set(["cpu", "memory", "ephemeral-storage"]);

/** The scheduler's word for each kind. */
const WORD: Readonly<Record<StandingKind, ObstacleKind>> = {
  cordoned: "cordoned",
  condition: "taint",
  taint: "taint",
  node_affinity: "node_affinity",
  resource: "resource",
  volume_node_affinity: "volume_node_affinity",
};

/** Pods of one workload ask for the same place, and several checks ask about each Pod. */
const MEMORY = new WeakMap<PlacementObjects["nodes"], Map<string, Placement>>();

/** Undefined when the Nodes were not read, or when they do not fit what the scheduler said about them. */
export function placementOf(
  pod: Pod,
  message: SchedulerMessage | undefined,
  objects: PlacementObjects,
): Placement | undefined {
  if (!objects.nodes.knows("") || objects.nodes.all.length === 0) return undefined;
  const volumes = boundVolumes(pod, objects);
  const requests = podRequests(pod);
  const remembered = MEMORY.get(objects.nodes) ?? new Map<string, Placement>();
  MEMORY.set(objects.nodes, remembered);
  const key = wishes(pod, requests, volumes);
  const placement = remembered.get(key) ?? compute(pod, requests, volumes, objects);
  remembered.set(key, placement);
  const said = new Set(message?.clauses.map(({ kind }) => kind));
  const { blocking } = placement;
  const fits = blocking.size === 0 || [...blocking].some((kind) => said.has(WORD[kind]));
  return fits ? placement : undefined;
}

function compute(
  pod: Pod,
  requests: ReadonlyMap<string, number>,
  volumes: readonly ObjectOf<"persistentVolumes">[],
  objects: PlacementObjects,
): Placement {
  const all = objects.nodes.all.map((node) => viewOf(pod, node, requests, volumes));
  const nodes = nearest(all);
  return { nodes, all, blocking: new Set(nodes.flatMap((view) => kindsOf(view))) };
}

function wishes(
  { spec }: Pod,
  requests: ReadonlyMap<string, number>,
  volumes: readonly ObjectOf<"persistentVolumes">[],
): string {
  const names = volumes.map(({ metadata }) => metadata.name);
  return JSON.stringify([
    spec?.nodeSelector,
    spec?.affinity?.nodeAffinity,
    spec?.tolerations,
    [...requests],
    names,
  ]);
}

/** Whether the scheduler named a reason of this kind where it decides: a Node would take the Pod but for the moment. */
export function holdsNow(
  placement: Placement | undefined,
  message: SchedulerMessage | undefined,
  ...kinds: readonly ObstacleKind[]
): boolean {
  const said = message?.clauses.some(({ kind }) => kinds.includes(kind)) ?? false;
  return said && (placement === undefined || placement.blocking.size === 0);
}

export function kindsOf({
  cordoned,
  taints,
  mismatches,
  tooSmall,
  volumes,
}: NodeView): readonly StandingKind[] {
  return [
    ...(cordoned ? ["cordoned" as const] : []),
    ...(taints.some(isConditionTaint) ? ["condition" as const] : []),
    ...(taints.some((taint) => !isConditionTaint(taint)) ? ["taint" as const] : []),
    ...(mismatches.length > 0 ? ["node_affinity" as const] : []),
    ...(tooSmall.length > 0 ? ["resource" as const] : []),
    ...(volumes.length > 0 ? ["volume_node_affinity" as const] : []),
  ];
}

function viewOf(
  pod: Pod,
  node: Node,
  requests: ReadonlyMap<string, number>,
  volumes: readonly ObjectOf<"persistentVolumes">[],
): NodeView {
  const tolerations = pod.spec?.tolerations ?? [];
  const toleratesCordon = tolerations.some((toleration) =>
    tolerates(toleration, { key: CORDON_TAINT, effect: "NoSchedule" }),
  );
  return {
    node,
    cordoned: node.spec?.unschedulable === true && !toleratesCordon,
    taints: untoleratedTaints(node, tolerations),
    mismatches: nodeMismatches(pod, node),
    tooSmall: [...requests]
      .filter(([name, wanted]) => wanted > allocatable(node, name))
      .map(([name]) => name),
    volumes: volumes.filter(
      ({ spec }) => selectorMismatches(spec?.nodeAffinity?.required, node, "").length > 0,
    ),
  };
}

function boundVolumes(pod: Pod, objects: PlacementObjects): readonly ObjectOf<"persistentVolumes">[] {
  return claimsOf(pod).flatMap(({ name }) => {
    const volumeName = objects.persistentVolumeClaims.get(pod.metadata.namespace, name)?.spec?.volumeName;
    const volume = volumeName ? objects.persistentVolumes.get("", volumeName) : undefined;
    return volume ? [volume] : [];
  });
}

function nearest(views: readonly NodeView[]): readonly NodeView[] {
  const free = views.filter((view) => kindsOf(view).length === 0);
  if (free.length > 0) return free;
  const fewest = Math.min(...views.map((view) => kindsOf(view).length));
  const close = views.filter((view) => kindsOf(view).length === fewest);
  const best = Math.min(...close.map(rankOf));
  return close.filter((view) => rankOf(view) === best);
}

function rankOf(view: NodeView): number {
  const controlPlane = view.taints.some(isControlPlaneTaint) ? CONTROL_PLANE_RANK : 0;
  const ranks = kindsOf(view).map((kind) =>
    kind === "resource" && view.tooSmall.every((name) => COMMON.has(name)) ? RANK.taint : RANK[kind],
  );
  return Math.max(controlPlane, ...ranks);
}
