import {
  type KubeObject,
  type ObjectKey,
  RESOURCE_KEYS,
  RESOURCES,
  type ResourceKey,
} from "@k8s-ops/k8s-cluster";
import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";

/** A stored object, open to changes. */
export interface Draft {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    generation: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
    deletionTimestamp?: string;
  };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export type Store = Map<string, Draft>;

/** The objects of a YAML text, with what an API server adds to them. */
export function storeOf(yaml: string): Store {
  const { objects } = snapshotFromYaml(yaml);
  return new Map(
    RESOURCE_KEYS.flatMap((resource) =>
      (objects[resource].all as readonly KubeObject[]).map((found) => {
        const object = structuredClone(found) as unknown as Draft;
        const { name, uid = `uid-${name}`, resourceVersion = "1", generation = 1 } = object.metadata;
        object.metadata = { ...object.metadata, uid, resourceVersion, generation };
        return [keyOf({ resource, ...object.metadata }), object] as const;
      }),
    ),
  );
}

export function allOf(store: Store, resource: ResourceKey, namespace: string): Draft[] {
  const isAll = namespace === "" || !RESOURCES[resource].namespaced;
  return [...store]
    .filter(([key]) => key.startsWith(isAll ? `${resource}/` : `${resource}/${namespace}/`))
    .map(([, object]) => object);
}

export function keyOf({ resource, namespace, name }: ObjectKey): string {
  return `${resource}/${namespace}/${name}`;
}
