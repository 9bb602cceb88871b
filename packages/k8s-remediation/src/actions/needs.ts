import type { Need, ResourceKey } from "@k8s-ops/k8s-cluster";

/** What stands around a workload whose Pods are replaced or end. */
const AROUND_WORKLOADS = ["pods", "replicaSets", "podDisruptionBudgets", "horizontalPodAutoscalers"] as const;

/** What is looked at beside a workload of this namespace. */
export function workloadNeeds(namespace: string): readonly Need[] {
  return needsOf(namespace, AROUND_WORKLOADS);
}

/** These resources of a namespace, and the Namespace itself, which may ask for protection. */
export function needsOf(namespace: string, resources: readonly ResourceKey[]): readonly Need[] {
  return [
    { resource: "namespaces", name: namespace },
    ...resources.map((resource) => ({ resource, namespace })),
  ];
}
