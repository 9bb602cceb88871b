import { type ObjectOf, RESOURCE_KEYS, RESOURCES, type ResourceKey } from "./resources.ts";
import type { KubeObject } from "./wire.ts";

/** Names one object. `namespace` is `""` for cluster-scoped kinds. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One thing to read: an object when `name` is given, else a list; without `namespace`, of all namespaces. */
export interface Need {
  readonly resource: ResourceKey;
  readonly namespace?: string;
  readonly name?: string;
}

/** The tail of one container's log. */
export interface LogNeed {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

export type GapReason =
  | "forbidden"
  | "forbidden_by_policy"
  | "unavailable"
  | "timeout"
  | "not_recorded"
  | "truncated"
  | "not_found";

/** Something that could not be read, so that nothing may be concluded from its absence. */
export interface Gap {
  readonly resource: ResourceKey | "logs";
  readonly namespace?: string;
  readonly name?: string;
  readonly reason: GapReason;
}

/** A bounded excerpt, newest lines last. `truncated`: older lines or over-long lines were cut. */
export interface LogExcerpt extends LogNeed {
  readonly lines: readonly string[];
  readonly truncated: boolean;
}

export interface ClusterInfo {
  /** What a person calls it: the context's name, `in-cluster`, or the recording's name. */
  readonly name: string;
  readonly source: "kubeconfig" | "in-cluster" | "recording";
}

/** The objects of one resource that were read. */
export interface ResourceView<T> {
  readonly all: readonly T[];
  in(namespace: string): readonly T[];
  get(namespace: string, name: string): T | undefined;
  /** Whether the answer is known: only then does `get` → undefined (or an empty list) mean that it does not exist. */
  knows(namespace: string, name?: string): boolean;
}

export interface LogView {
  get(need: LogNeed): LogExcerpt | undefined;
}

export type Objects = { readonly [K in ResourceKey]: ResourceView<ObjectOf<K>> } & { readonly logs: LogView };

/** What was read of a cluster at one time; frozen. */
export interface Snapshot {
  readonly cluster: ClusterInfo;
  /** RFC 3339. The moment that ages and deadlines are judged at. */
  readonly asOf: string;
  readonly objects: Objects;
  readonly gaps: readonly Gap[];
}

/** The answer to one {@link Need}. A gap with items means that the list was cut. */
export interface ReadAnswer {
  readonly need: Need;
  readonly items: readonly KubeObject[];
  readonly gap?: Gap;
}

/** The answer to one {@link LogNeed}. */
export interface LogAnswer {
  readonly need: LogNeed;
  readonly excerpt?: LogExcerpt;
  readonly gap?: Gap;
}

interface SnapshotParts {
  readonly cluster: ClusterInfo;
  readonly asOf: string;
  readonly answers: readonly ReadAnswer[];
  readonly logs: readonly LogAnswer[];
}

/** Puts answers together. An object that came in several answers counts once: the last one wins. */
export function buildSnapshot({ cluster, asOf, answers, logs }: SnapshotParts): Snapshot {
  const views = Object.fromEntries(
    RESOURCE_KEYS.map((key) => [
      key,
      resourceView(
        key,
        answers.filter((answer) => answer.need.resource === key),
      ),
    ]),
  );
  const excerpts = new Map(
    logs.flatMap(({ need, excerpt }) => (excerpt ? [[logKey(need), excerpt] as const] : [])),
  );
  const gaps = [...answers, ...logs].flatMap(({ gap }) => (gap ? [gap] : []));
  return Object.freeze({
    cluster,
    asOf,
    objects: { ...views, logs: { get: (need: LogNeed) => excerpts.get(logKey(need)) } } as unknown as Objects,
    gaps: Object.freeze(gaps),
  });
}

/** A key for maps of needs. */
export function needKey(need: Need): string {
  return `${need.resource}/${need.namespace ?? "*"}/${need.name ?? "*"}`;
}

/** A key for maps of log needs. */
export function logKey({ namespace, pod, container, previous }: LogNeed): string {
  return `${namespace}/${pod}/${container}/${previous ? "previous" : "current"}`;
}

function resourceView(resource: ResourceKey, answers: readonly ReadAnswer[]): ResourceView<KubeObject> {
  const byNamespace = new Map<string, Map<string, KubeObject>>();
  for (const { items } of answers) {
    for (const item of items) {
      const names = byNamespace.get(item.metadata.namespace) ?? new Map<string, KubeObject>();
      byNamespace.set(item.metadata.namespace, names.set(item.metadata.name, item));
    }
  }
  const lists = new Map(
    [...byNamespace].map(([namespace, names]) => [namespace, Object.freeze([...names.values()])]),
  );
  const all = Object.freeze([...lists.values()].flat());
  const known = new Set(answers.flatMap(({ need, gap }) => (gap ? [] : [needKey(need)])));
  const { namespaced } = RESOURCES[resource];
  const knows = (namespace: string, name?: string): boolean =>
    known.has(needKey({ resource })) ||
    (namespaced && known.has(needKey({ resource, namespace }))) ||
    (name !== undefined &&
      known.has(needKey(namespaced ? { resource, namespace, name } : { resource, name })));
  return Object.freeze({
    all,
    in: (namespace: string) => lists.get(namespace) ?? [],
    get: (namespace: string, name: string) => byNamespace.get(namespace)?.get(name),
    knows,
  });
}
