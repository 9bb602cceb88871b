import type { V1ObjectMeta } from "@kubernetes/client-node";

/**
 * The JSON form of a client-node model, as it travels: timestamps are RFC 3339 strings (client-node's classes
 * say `Date`), and the fields that client-node renames because they are reserved words (`_from`, `_default`,
 * `_continue`) have their own names.
 */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : T extends object
      ? { readonly [K in keyof T as K extends `_${infer Reserved}` ? Reserved : K]: Wire<T[K]> }
      : T;

/** Object metadata after reading: a name is always there, and `namespace` is `""` for cluster-scoped objects. */
export type ObjectMeta = Omit<Wire<V1ObjectMeta>, "name" | "namespace"> & {
  readonly name: string;
  readonly namespace: string;
};

/** A Kubernetes object of model `T` as this package returns it. */
export type KubeObject<T = object> = Omit<Wire<T>, "apiVersion" | "kind" | "metadata"> & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
};
