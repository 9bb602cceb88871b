import type { ResourceKey } from "@k8s-ops/k8s-cluster";
import { allOf, type Draft, type Store } from "./store.ts";

/** What controllers make of an object that was stored: all that it wants, at once. */
export function control(store: Store, resource: ResourceKey, object: Draft): void {
  const { generation } = object.metadata;
  const replicas = Number(object.spec?.replicas ?? 0);
  switch (resource) {
    case "deployments":
      object.status = {
        observedGeneration: generation,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
      };
      return;
    case "statefulSets":
      object.status = {
        observedGeneration: generation,
        replicas,
        updatedReplicas: replicas,
        currentReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        updateRevision: "db-9",
        currentRevision: "db-9",
      };
      return;
    case "daemonSets": {
      const desired = allOf(store, "nodes", "").length;
      object.status = {
        observedGeneration: generation,
        desiredNumberScheduled: desired,
        updatedNumberScheduled: desired,
        numberAvailable: desired,
        numberReady: desired,
      };
      return;
    }
    case "jobs":
      object.status = { conditions: [{ type: "Complete", status: "True" }] };
      return;
    default:
  }
}

/** The budgets that a Pod counts for, by equality of labels. */
export function budgetsAgainst(store: Store, { metadata }: Draft): readonly Draft[] {
  return allOf(store, "podDisruptionBudgets", metadata.namespace).filter(({ spec }) => {
    const { matchLabels = {} } = (spec?.selector ?? {}) as { matchLabels?: Record<string, string> };
    return Object.entries(matchLabels).every(([key, value]) => metadata.labels?.[key] === value);
  });
}
