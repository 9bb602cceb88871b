import { type Need, RESOURCES, type ResourceKey } from "@k8s-ops/k8s-cluster";
import type { Check } from "../check.ts";
import { TARGETS } from "./table.ts";

/** What the checks want to see of one namespace, or of all: namespaced resources there, cluster-scoped ones whole. */
export function needsOf(checks: readonly Check[], namespaces: readonly string[] | "all"): readonly Need[] {
  return resourcesOf(checks).flatMap((resource): readonly Need[] => {
    if (namespaces === "all" || !RESOURCES[resource].namespaced) return [{ resource }];
    return namespaces.map((namespace) => ({ resource, namespace }));
  });
}

/** What the checks want to see of a cluster-scoped object before it is known: the events about those are in `default`. */
export function needsOfClusterScoped(
  checks: readonly Check[],
  namespaces: readonly string[] | "all",
): readonly Need[] {
  const needs = needsOf(checks, namespaces);
  return namespaces === "all" ? needs : [...needs, { resource: "events", namespace: "default" }];
}

/** What depends on what is seen in these; no check has to name them. */
const LINKS = ["namespaces", "endpointSlices", "ingresses", "httpRoutes"] as const;

function resourcesOf(checks: readonly Check[]): readonly ResourceKey[] {
  const reads = checks.flatMap((check) => check.reads);
  const targets = Object.values(TARGETS).map(({ resource }) => resource);
  return [...new Set([...reads, ...targets, ...LINKS])].filter((key) => key !== "logs");
}
