import type { Need, ResourceKey } from "@k8s-ops/k8s-cluster";

/** These resources of a namespace, and the Namespace itself, which may ask for protection. */
export function needsOf(namespace: string, resources: readonly ResourceKey[]): readonly Need[] {
  return [
    { resource: "namespaces", name: namespace },
    ...resources.map((resource) => ({ resource, namespace })),
  ];
}
