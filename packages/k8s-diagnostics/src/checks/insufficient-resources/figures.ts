import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { containersOf } from "../../kube/containers.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import type { ResourceChange } from "../../kube/resource-remedies.ts";
import type { PlacementFailure } from "../../kube/scheduling/placement-failures.ts";
import { allocatable, podRequests } from "../../kube/scheduling/requests.ts";
import type { Free } from "../../kube/scheduling/room.ts";

type Node = ObjectOf<"nodes">;
export interface NodeFigure {
  readonly node: Node;
  /** In base units. */
  readonly amount: number;
}

/** A resource that the Pod asks for and no Node gives. Amounts in base units. */
export interface Shortage {
  readonly resource: string;
  readonly requested: number;
  /** The Node among those where the Pod may run that has most of it. */
  readonly largest: NodeFigure | undefined;
  /** The Node that has most of it left; undefined when not all Pods are known. */
  readonly freest: NodeFigure | undefined;
  /** Whether the freest Node has room for everything else that the Pod asks for. */
  readonly isAllElseFree: boolean;
  /** Whether even the empty Nodes have too little. */
  readonly never: boolean;
  /** The Node that lacks the least in all, and what it lacks of each resource. */
  readonly nearest: NearestFit | undefined;
}

export interface NearestFit {
  readonly node: Node;
  readonly lacks: readonly { readonly resource: string; readonly amount: number }[];
}

/** The resources for want of which the Pod waits. */
export function shortagesOf(failure: PlacementFailure, free: Free): readonly Shortage[] {
  const { pod, placement, message } = failure;
  if (placement && placement.blocking.size > 0 && !placement.blocking.has("resource")) return [];
  const hopeless = placement?.blocking.has("resource")
    ? placement.nodes.filter(({ tooSmall }) => tooSmall.length > 0)
    : [];
  const nodes = (hopeless.length > 0 ? hopeless : (placement?.nodes ?? [])).map(({ node }) => node);
  const short = (message?.clauses ?? []).flatMap(({ kind, subject }) =>
    kind === "resource" && subject !== undefined ? [subject] : [],
  );
  const never = new Set(fewestTooSmall(hopeless));
  const requests = podRequests(pod);
  const nearest = nearestFit(nodes, requests, free);
  return [...(never.size > 0 ? never : new Set(short))].filter(isQualifiedName).map((resource) => {
    const requested = requests.get(resource) ?? 0;
    const lacking = nodes.filter((node) => (free(node, resource) ?? 0) < requested);
    const freest = most(lacking.length > 0 ? lacking : nodes, (node) => free(node, resource));
    return {
      resource,
      requested,
      largest: most(nodes, (node) => allocatable(node, resource)),
      freest,
      isAllElseFree:
        freest !== undefined &&
        [...requests].every(
          ([other, wanted]) => other === resource || (free(freest.node, other) ?? 0) >= wanted,
        ),
      never: never.has(resource),
      nearest,
    };
  });
}

/** Of the Nodes that lack something, the one whose greatest lack is the smallest part of the request. */
function nearestFit(
  nodes: readonly Node[],
  requests: ReadonlyMap<string, number>,
  free: Free,
): NearestFit | undefined {
  let best: (NearestFit & { readonly part: number }) | undefined;
  for (const node of nodes) {
    const lacks = [...requests].flatMap(([resource, wanted]) => {
      const left = free(node, resource);
      return left === undefined || left >= wanted || !isQualifiedName(resource)
        ? []
        : [{ resource, amount: wanted - left, part: (wanted - left) / wanted }];
    });
    const part = Math.max(...lacks.map((lack) => lack.part));
    if (lacks.length > 0 && part < (best?.part ?? Infinity)) best = { node, lacks, part };
  }
  return best && { node: best.node, lacks: best.lacks.map(({ resource, amount }) => ({ resource, amount })) };
}

function fewestTooSmall(views: readonly { readonly tooSmall: readonly string[] }[]): readonly string[] {
  return views.reduce<readonly string[]>(
    (best, { tooSmall }) =>
      tooSmall.length > 0 && (best.length === 0 || tooSmall.length < best.length) ? tooSmall : best,
    [],
  );
}

function most(nodes: readonly Node[], amountOf: (node: Node) => number | undefined): NodeFigure | undefined {
  let best: NodeFigure | undefined;
  for (const node of nodes) {
    const amount = amountOf(node);
    if (amount === undefined) continue;
    if (best === undefined || amount > best.amount) best = { node, amount };
  }
  return best;
}

/** Where in the Pod's spec most of the resource is asked for. */
export function largestRequest(
  pod: ObjectOf<"pods">,
  resource: string,
): { readonly path: string; readonly value: string } | undefined {
  const ofPod = pod.spec?.resources?.requests?.[resource];
  if (ofPod !== undefined) return { path: `resources.requests[${resource}]`, value: ofPod };
  return containersOf(pod)
    .flatMap(({ specPath, spec }) => {
      const value = spec.resources?.requests?.[resource];
      return value === undefined ? [] : [{ path: `${specPath}.resources.requests[${resource}]`, value }];
    })
    .sort((a, b) => (parseQuantity(b.value) ?? 0) - (parseQuantity(a.value) ?? 0))[0];
}

/** The request of the largest container, lowered by what the Pod asks for too much; undefined where that leaves nothing. */
export function loweredRequest(
  pod: ObjectOf<"pods">,
  resource: string,
  excess: number,
): ResourceChange | undefined {
  if (!["cpu", "memory"].includes(resource) || pod.spec?.resources?.requests?.[resource] !== undefined)
    return undefined;
  const [largest] = (pod.spec?.containers ?? [])
    .map(({ name, resources }) => ({ name, amount: parseQuantity(resources?.requests?.[resource]) ?? 0 }))
    .sort((a, b) => b.amount - a.amount);
  const left = (largest?.amount ?? 0) - excess;
  if (!largest || excess <= 0 || left <= 0) return undefined;
  const value = resource === "cpu" ? `${Math.floor(left * 1000 + 1e-6)}m` : `${Math.floor(left / 2 ** 20)}Mi`;
  return value.startsWith("0") ? undefined : { container: largest.name, requests: { [resource]: value } };
}
