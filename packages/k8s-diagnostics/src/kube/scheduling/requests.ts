import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isFinished } from "../pods.ts";
import { parseQuantity } from "../quantity.ts";

type Pod = ObjectOf<"pods">;
type Quantities = Readonly<Record<string, string>> | undefined;

/**
 * What the scheduler reserves for the Pod, by resource, in base units: the containers and sidecars together, or the
 * largest init container with the sidecars started before it; what `spec.resources` says goes first; plus overhead.
 * Source: k8s.io/component-helpers resource PodRequests, KEP-753, KEP-2837
 */
export function podRequests(pod: Pod): ReadonlyMap<string, number> {
  const { spec } = pod;
  const names = new Set<string>();
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), { resources: spec?.resources }];
  for (const { resources } of all) for (const name of Object.keys(resources?.requests ?? {})) names.add(name);
  for (const name of Object.keys(spec?.overhead ?? {})) names.add(name);
  return new Map([...names].map((name) => [name, requestOf(pod, name)]));
}

function requestOf({ spec }: Pod, name: string): number {
  const overhead = amount(spec?.overhead, name);
  if (spec?.resources?.requests?.[name] !== undefined)
    return amount(spec.resources.requests, name) + overhead;
  const containers = (spec?.containers ?? []).reduce(
    (sum, { resources }) => sum + amount(resources?.requests, name),
    0,
  );
  let sidecars = 0;
  let largestInit = 0;
  for (const { resources, restartPolicy } of spec?.initContainers ?? []) {
    const request = amount(resources?.requests, name);
    if (restartPolicy === "Always") sidecars += request;
    largestInit = Math.max(largestInit, restartPolicy === "Always" ? sidecars : sidecars + request);
  }
  return Math.max(containers + sidecars, largestInit) + overhead;
}

function amount(quantities: Quantities, name: string): number {
  return parseQuantity(quantities?.[name]) ?? 0;
}

/** What the Node offers to Pods, in base units; 0 of what it does not have. */
export function allocatable(node: ObjectOf<"nodes">, resource: string): number {
  return amount(node.status?.allocatable ?? node.status?.capacity, resource);
}

const indexes = new WeakMap<Objects["pods"], ReadonlyMap<string, readonly Pod[]>>();

/** The unfinished Pods by the Node that they are assigned to. The first call for a snapshot builds the index. */
export function podsByNode(objects: Pick<Objects, "pods">): ReadonlyMap<string, readonly Pod[]> {
  const known = indexes.get(objects.pods);
  if (known) return known;
  const byNode = new Map<string, Pod[]>();
  indexes.set(objects.pods, byNode);
  for (const pod of objects.pods.all) {
    const node = pod.spec?.nodeName;
    if (!node || isFinished(pod)) continue;
    const list = byNode.get(node);
    if (list) list.push(pod);
    else byNode.set(node, [pod]);
  }
  return byNode;
}

/** The sum of what these Pods reserve of a resource. */
export function requestedBy(pods: readonly Pod[] | undefined, resource: string): number {
  return (pods ?? []).reduce((sum, pod) => sum + (podRequests(pod).get(resource) ?? 0), 0);
}

const BINARY = [
  ["Gi", 2 ** 30],
  ["Mi", 2 ** 20],
  ["Ki", 2 ** 10],
] as const;

/** A short text of an amount: `1500m`, `3`, `1.5Gi`. */
export function formatAmount(resource: string, value: number): string {
  if (resource === "cpu") return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
  if (!isBytes(resource)) return String(value);
  const unit = BINARY.find(([, size]) => Math.abs(value) >= size);
  return unit ? `${Math.round((value / unit[1]) * 100) / 100}${unit[0]}` : String(value);
}

/** An amount as a bound that holds it: rounded up to whole millicores or Mi. */
export function formatBound(resource: string, value: number): string {
  if (resource === "cpu") return formatAmount(resource, Math.ceil(value * 1000 - 1e-6) / 1000);
  return isBytes(resource) ? `${Math.ceil(value / 2 ** 20)}Mi` : String(value);
}

/** Whole millicores, Mi or pieces that fit into an amount. */
export function floorAmount(resource: string, value: number): string {
  if (resource === "cpu") return `${Math.floor(value * 1000 + 1e-6)}m`;
  return isBytes(resource) ? `${Math.floor(value / 2 ** 20)}Mi` : String(Math.floor(value));
}

function isBytes(resource: string): boolean {
  return /memory|storage$|hugepages/.test(resource);
}
