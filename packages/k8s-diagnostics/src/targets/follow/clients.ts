import { isDnsLabel, type Need, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { namespaceLabels, peersOf, rulesOf } from "../../kube/network/traffic.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { matchesSelector } from "../../kube/selectors.ts";
import type { Read } from "./read.ts";

const MAX_NAMESPACES = 5;

/** Clients on a Node without an endpoint of its own get nothing from a Service for local traffic: who is there? */
export function localTrafficNeeds({ objects }: Read): readonly Need[] {
  const isLocal = objects.services.all.some(({ metadata, spec }) => {
    if (spec?.internalTrafficPolicy !== "Local" || !objects.pods.knows(metadata.namespace)) return false;
    const served = new Set(
      podsMatching(spec.selector, metadata.namespace, objects).map((pod) => pod.spec?.nodeName),
    );
    return objects.nodes.all.some((node) => !served.has(node.metadata.name) && !isControlPlane(node));
  });
  return isLocal ? [{ resource: "pods" }] : [];
}

function isControlPlane({ metadata }: ObjectOf<"nodes">): boolean {
  return metadata.labels?.["node-role.kubernetes.io/control-plane"] !== undefined;
}

/**
 * Policies name the namespaces of clients by their labels, and a namespace that was made anew has lost them: those that
 * are younger than such a policy and without its label may hold the clients that it was written for.
 */
export function unlabelledClientNeeds({ objects }: Read): readonly Need[] {
  const found = objects.networkPolicies.all.flatMap((policy) => {
    const created = policy.metadata.creationTimestamp ?? "";
    const selectors = rulesOf(policy, "Ingress")
      .flatMap(peersOf)
      .flatMap(({ namespaceSelector }) => namespaceSelector ?? [])
      .filter(({ matchLabels }) => Object.keys(matchLabels ?? {}).some((key) => !key.startsWith(WELL_KNOWN)));
    if (selectors.length === 0 || created === "") return [];
    return objects.namespaces.all
      .filter(({ metadata }) => (metadata.creationTimestamp ?? "") > created)
      .map(({ metadata }) => metadata.name)
      .filter((name) => {
        const labels = namespaceLabels(name, objects) ?? {};
        return selectors.some(
          (selector) =>
            !matchesSelector(selector, labels) &&
            Object.keys(selector.matchLabels ?? {}).every((key) => labels[key] === undefined),
        );
      });
  });
  const resources = ["pods", "replicaSets", "jobs", "configMaps"] as const;
  return [...new Set(found)]
    .filter((name) => isDnsLabel(name))
    .slice(0, MAX_NAMESPACES)
    .flatMap((namespace) => resources.map((resource) => ({ resource, namespace })));
}

/** Each namespace has its name as a label. */
const WELL_KNOWN = "kubernetes.io/metadata.name";
