import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { secondsBetween } from "../time.ts";
import { kindsOf, type NodeView } from "./placement.ts";
import type { PlacementFailure } from "./placement-failures.ts";
import { allocatable, podRequests, podsByNode, requestedBy } from "./requests.ts";
import { CORDON_TAINT } from "./tolerations.ts";

type Node = ObjectOf<"nodes">;

/** How much of a resource a Node has left, in base units; undefined when not all Pods are known. */
export type Free = (node: Node, resource: string) => number | undefined;

/** Computes what a Node has left once, however many Pods wait. */
export function freeOf(objects: Pick<Objects, "pods">): Free {
  if (!objects.pods.knows("")) return () => undefined;
  let index: ReturnType<typeof podsByNode> | undefined;
  const known = new Map<string, number>();
  return (node, resource) => {
    const key = `${node.metadata.name} ${resource}`;
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    index ??= podsByNode(objects);
    const free = allocatable(node, resource) - requestedBy(index.get(node.metadata.name), resource);
    known.set(key, free);
    return free;
  };
}

/**
 * The Nodes that have room for the Pod and would take it but for a condition of theirs (not ready, not initialised, …)
 * or a cordon that was left behind: what is wrong with them is why the others do not suffice.
 */
export function nodesHeldBack(
  { pod, placement }: PlacementFailure,
  free: Free,
  asOf: string,
): readonly Node[] {
  const views = (placement?.all ?? []).filter((view) => isHeldBack(view, asOf));
  if (views.length === 0) return [];
  const requests = [...podRequests(pod)];
  const hasRoom = (node: Node): boolean =>
    requests.every(([resource, wanted]) => (free(node, resource) ?? 0) >= wanted);
  return views.map(({ node }) => node).filter(hasRoom);
}

function isHeldBack(view: NodeView, asOf: string): boolean {
  const kinds = kindsOf(view);
  if (kinds.length !== 1) return false;
  return kinds[0] === "condition" || (kinds[0] === "cordoned" && isForgotten(view.node, asOf));
}

/** No maintenance takes a day. */
const FORGOTTEN_SECONDS = 24 * 3600;

function isForgotten({ spec }: Node, asOf: string): boolean {
  const since = spec?.taints?.find(({ key }) => key === CORDON_TAINT)?.timeAdded;
  return (secondsBetween(since, asOf) ?? 0) > FORGOTTEN_SECONDS;
}
