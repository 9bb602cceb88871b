import type { ObjectOf, ResourceKey } from "../snapshot/resources.ts";
import type { ClusterInfo } from "../snapshot/snapshot.ts";

/** Names one object to write. `namespace` is `""` for cluster-scoped resources. */
export interface ObjectKey<K extends ResourceKey = ResourceKey> {
  readonly resource: K;
  readonly namespace: string;
  readonly name: string;
}

/** Which objects of a namespace, or with `""` of all. */
export interface ListKey<K extends ResourceKey = ResourceKey> {
  readonly resource: K;
  readonly namespace: string;
  /** As the API takes it, e.g. `app=web`. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** The object that a write is meant for. With a resourceVersion, one that has changed since refuses the write. */
export interface Precondition {
  readonly uid: string;
  readonly resourceVersion?: string;
}

export interface WriteOptions {
  /** Everything is done but the storing: defaulting, admission and validation are real. */
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
}

export type Patch =
  | { readonly type: "strategic" | "merge"; readonly value: Readonly<Record<string, unknown>> }
  | { readonly type: "json"; readonly value: readonly JsonPatchOperation[] };

/** Source: RFC 6902 */
export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "test";
  /** RFC 6901 */
  readonly path: string;
  readonly value?: unknown;
}

/**
 * A cluster that can be changed, one object at a time and never without saying whether it is a dry run. No write is
 * ever sent twice. `get` and `list` give objects as the server has them, secrets included: what a write is made from
 * must not be redacted, and must not be shown.
 */
export interface ClusterWriter {
  readonly cluster: ClusterInfo;
  /** Undefined when there is no such object. @throws ClusterError */
  get<K extends ResourceKey>(key: ObjectKey<K>, signal?: AbortSignal): Promise<ObjectOf<K> | undefined>;
  /** @throws ClusterError */
  list<K extends ResourceKey>(key: ListKey<K>, signal?: AbortSignal): Promise<readonly ObjectOf<K>[]>;
  /** @returns the object as it then is. @throws ClusterError `conflict` when the precondition does not hold */
  patch<K extends ResourceKey>(
    key: ObjectKey<K>,
    patch: Patch,
    precondition: Precondition,
    options: WriteOptions,
  ): Promise<ObjectOf<K>>;
  /** Sets the replicas through the scale subresource. @throws ClusterError `conflict` */
  scale(key: ObjectKey, replicas: number, precondition: Precondition, options: WriteOptions): Promise<void>;
  /**
   * Evicts a Pod through the Eviction API, which asks its PodDisruptionBudgets.
   * @throws ClusterError `disruption_budget` when a budget forbids it now, `throttled` when the API server limits this
   * client: both are a 429; `namespace_terminating`
   */
  evict(pod: ObjectKey<"pods">, precondition: Precondition, options: WriteOptions): Promise<void>;
  /** @returns the object as it then is, with its name. @throws ClusterError `conflict` when there is one of that name */
  create<K extends ResourceKey>(
    key: Omit<ObjectKey<K>, "name">,
    object: Readonly<Record<string, unknown>>,
    options: WriteOptions,
  ): Promise<ObjectOf<K>>;
  /** Deletes an object and, in the background, what it owns. @throws ClusterError `conflict` */
  delete(key: ObjectKey, precondition: Precondition, options: WriteOptions): Promise<void>;
}
