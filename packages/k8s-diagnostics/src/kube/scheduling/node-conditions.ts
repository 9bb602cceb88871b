import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { isReady } from "../pods.ts";
import { refOf } from "../refs.ts";
import { type PLACEMENT_READS, placementFailures } from "./placement-failures.ts";

type Node = ObjectOf<"nodes">;

/** A Node that has just joined becomes ready within this time. */
export const JOINING_SECONDS = 60;

export function nodeCondition(node: Node, type: string) {
  return node.status?.conditions?.find((condition) => condition.type === type);
}

/** The Pods that wait for a Node and could run on one of these but for a condition of it, by the Node's name. */
export function podsHeldOff(
  objects: Pick<Objects, (typeof PLACEMENT_READS)[number]>,
): ReadonlyMap<string, readonly ObjectRef[]> {
  const byNode = new Map<string, ObjectRef[]>();
  for (const { ref, placement } of placementFailures(objects)) {
    if (!placement?.blocking.has("condition")) continue;
    for (const { node } of placement.nodes) {
      const held = byNode.get(node.metadata.name);
      if (held) held.push(ref);
      else byNode.set(node.metadata.name, [ref]);
    }
  }
  return byNode;
}

/** The Pods of each of these Nodes that are not ready, by the Node's name. */
export function unreadyPodsOn(
  nodes: readonly Node[],
  objects: Pick<Objects, "pods">,
): ReadonlyMap<string, readonly ObjectRef[]> {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const unready = objects.pods.all.filter(
    (pod) => names.has(pod.spec?.nodeName ?? "") && !isReady(pod) && pod.status?.phase !== "Succeeded",
  );
  const byNode = Map.groupBy(unready, ({ spec }) => spec?.nodeName ?? "");
  return new Map([...byNode].map(([name, pods]) => [name, pods.map(refOf)]));
}

/** The Pods that suffer from the state of one of these Nodes: those on it that are not ready, and those it holds off. */
export function podsSufferingFrom(
  nodes: readonly Node[],
  objects: Pick<Objects, (typeof PLACEMENT_READS)[number]>,
): (node: Node) => readonly ObjectRef[] {
  const unready = unreadyPodsOn(nodes, objects);
  const held = podsHeldOff(objects);
  return ({ metadata: { name } }) => [...(unready.get(name) ?? []), ...(held.get(name) ?? [])];
}
