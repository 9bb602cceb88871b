import type {
  KubeObject,
  ListKey,
  Need,
  ObjectKey,
  ObjectOf,
  ObjectRef,
  Objects,
  Patch,
  ResourceKey,
} from "@k8s-ops/k8s-cluster";

/** One request that changes the cluster. */
export type Write =
  | { readonly verb: "patch"; readonly object: ObjectKey; readonly patch: Patch }
  | { readonly verb: "scale"; readonly object: ObjectKey; readonly replicas: number }
  | { readonly verb: "evict"; readonly object: ObjectKey<"pods">; readonly uid: string }
  | { readonly verb: "delete"; readonly object: ObjectKey; readonly uid: string }
  | {
      readonly verb: "create";
      readonly object: ObjectKey;
      readonly body: Readonly<Record<string, unknown>>;
    };

/** A field by RFC 6901 pointer, and its values; an absent one is undefined. */
export interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** How an action is taken back. */
export type Undo =
  | { readonly by: "fields"; readonly object: ObjectKey; readonly changes: readonly FieldChange[] }
  | { readonly by: "revision"; readonly object: ObjectKey; readonly revision: number }
  | { readonly by: "delete"; readonly object: ObjectKey }
  | { readonly by: "nothing"; readonly why: string };

/** What an action would do. */
export interface Planned {
  /** A sentence without text from the cluster other than checked names. */
  readonly summary: string;
  /** In order. All concern the target or what the action makes, except evictions. */
  readonly writes: readonly Write[];
  /** Told in the result, snake_case, such as `old_replicas`. A plan with other facts is another plan. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly undo: Undo;
  /** Pods that will end at once. */
  readonly ends: readonly ObjectOf<"pods">[];
  /** What has to become well by it, where that is not the target. */
  readonly subject?: ObjectRef;
  /** Pods of the target are replaced by its controller, step by step. */
  readonly rollsOut?: boolean;
  /** Evictions that a budget forbids are tried again until the deadline. */
  readonly waitsForBudgets?: boolean;
  readonly warnings?: readonly string[];
}

/** The action makes no sense here; words as kubectl has them where it has them. */
export interface Refused {
  readonly refused: string;
  readonly message: string;
}

/** Everything is already as it should become. */
export interface Unchanged {
  readonly unchanged: string;
}

/** What a plan is made from. */
export interface Before<K extends ResourceKey = ResourceKey> {
  /** As the server has it, secrets included: never shown as it is. */
  readonly target: ObjectOf<K>;
  /** What {@link Action.history} asked for, as the server has it. */
  readonly history: readonly KubeObject[];
  /** What {@link Action.needs} asked for, redacted. */
  readonly objects: Objects;
  /** RFC 3339 */
  readonly now: string;
  /** Lower-case letters and digits, the same for the same plan: for names of what is made. */
  readonly seed: string;
}

/** What is seen after the writes. */
export interface After<K extends ResourceKey = ResourceKey> {
  /** Redacted; undefined when it is gone. */
  readonly target: ObjectOf<K> | undefined;
  readonly objects: Objects;
}

export type Progress =
  | { readonly state: "done"; readonly message: string }
  | { readonly state: "waiting"; readonly message: string }
  | { readonly state: "failed"; readonly message: string }
  /** It is written, and waiting shows no effect: somebody has to do something first, which the message says. */
  | { readonly state: "unknown"; readonly message: string };

/** One kind of write, in pure functions. */
export interface Action<K extends ResourceKey = ResourceKey, Input = unknown> {
  readonly id: string;
  /** What it acts on. */
  target(input: Input): ObjectKey<K>;
  /** Objects that the plan is made from and that must not be redacted. */
  history?(input: Input, target: ObjectOf<K>): ListKey | undefined;
  /** What preconditions and verification look at, beside the target. */
  needs(input: Input, history: readonly KubeObject[]): readonly Need[];
  plan(input: Input, before: Before<K>): Planned | Refused | Unchanged;
  verify(input: Input, planned: Planned, after: After<K>, before: Before<K>): Progress;
}

/** States an action and ties its functions to its input and its target's type. */
export function defineAction<K extends ResourceKey, Input>(action: Action<K, Input>): Action<K, Input> {
  return action;
}
