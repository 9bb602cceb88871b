import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";
import { refOf } from "../../kube/refs.ts";
import { kindsOf, type NodeView } from "../../kube/scheduling/placement.ts";
import type { PlacementFailure } from "../../kube/scheduling/placement-failures.ts";
import { podRequests } from "../../kube/scheduling/requests.ts";
import type { Free } from "./figures.ts";

/**
 * The Nodes that have room for the Pod and would take it but for a condition of theirs (not ready, not initialised, …):
 * what is wrong with them is why the others do not suffice.
 */
export function nodesHeldBack({ pod, placement }: PlacementFailure, free: Free): readonly ObjectRef[] {
  const views = (placement?.all ?? []).filter(isHeldByCondition);
  if (views.length === 0) return [];
  const requests = [...podRequests(pod)];
  const hasRoom = (node: ObjectOf<"nodes">): boolean =>
    requests.every(([resource, wanted]) => (free(node, resource) ?? 0) >= wanted);
  return views.filter(({ node }) => hasRoom(node)).map(({ node }) => refOf(node));
}

function isHeldByCondition(view: NodeView): boolean {
  const kinds = kindsOf(view);
  return kinds.length === 1 && kinds[0] === "condition";
}
