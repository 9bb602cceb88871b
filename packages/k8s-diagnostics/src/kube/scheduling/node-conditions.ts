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
      byNode.set(node.metadata.name, [...(byNode.get(node.metadata.name) ?? []), ref]);
    }
  }
  return byNode;
}

/** The Pods of each of these Nodes that are not ready. */
export function unreadyPodsOn(
  names: ReadonlySet<string>,
  objects: Pick<Objects, "pods">,
): ReadonlyMap<string, readonly ObjectRef[]> {
  const byNode = new Map<string, ObjectRef[]>();
  for (const pod of objects.pods.all) {
    const node = pod.spec?.nodeName ?? "";
    if (!names.has(node) || isReady(pod) || pod.status?.phase === "Succeeded") continue;
    byNode.set(node, [...(byNode.get(node) ?? []), refOf(pod)]);
  }
  return byNode;
}
