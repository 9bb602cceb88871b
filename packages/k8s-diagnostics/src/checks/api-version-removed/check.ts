import { type KubeObject, type Objects, RESOURCES, type ResourceKey } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/**
 * Versions that Kubernetes no longer serves, by kind, and since when.
 * Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
 */
const REMOVED = {
  deployments: { "extensions/v1beta1": "1.16", "apps/v1beta1": "1.16", "apps/v1beta2": "1.16" },
  daemonSets: { "extensions/v1beta1": "1.16", "apps/v1beta2": "1.16" },
  replicaSets: { "extensions/v1beta1": "1.16", "apps/v1beta2": "1.16" },
  statefulSets: { "apps/v1beta1": "1.16", "apps/v1beta2": "1.16" },
  networkPolicies: { "extensions/v1beta1": "1.16" },
  ingresses: { "extensions/v1beta1": "1.22", "networking.k8s.io/v1beta1": "1.22" },
  ingressClasses: { "networking.k8s.io/v1beta1": "1.22" },
  cronJobs: { "batch/v1beta1": "1.25" },
  podDisruptionBudgets: { "policy/v1beta1": "1.25" },
  endpointSlices: { "discovery.k8s.io/v1beta1": "1.25" },
  horizontalPodAutoscalers: { "autoscaling/v2beta1": "1.25", "autoscaling/v2beta2": "1.26" },
  validatingWebhookConfigurations: { "admissionregistration.k8s.io/v1beta1": "1.22" },
  mutatingWebhookConfigurations: { "admissionregistration.k8s.io/v1beta1": "1.22" },
  customResourceDefinitions: { "apiextensions.k8s.io/v1beta1": "1.22" },
} as const satisfies Partial<Record<ResourceKey, Readonly<Record<string, string>>>>;

type Affected = keyof typeof REMOVED;
const AFFECTED = Object.keys(REMOVED) as readonly Affected[];

export const apiVersionRemoved = defineCheck({
  id: "api_version_removed",
  title: "Manifest is of a version that Kubernetes no longer serves",
  when: "an object, as it was recorded from a file, has an apiVersion that newer versions of Kubernetes do not serve; objects that the API server gave have the version that was asked for",
  severity: "low",
  level: "cause",
  reads: AFFECTED,
  run: ({ objects }) =>
    AFFECTED.flatMap((resource) =>
      (objects[resource] as Objects[ResourceKey]).all.flatMap((item) => removed(resource, item)),
    ),
});

function removed(resource: Affected, item: KubeObject) {
  const since = new Map(Object.entries(REMOVED[resource])).get(item.apiVersion);
  if (since === undefined) return [];
  const object = refOf(item);
  const { apiVersion } = RESOURCES[resource];
  return [
    {
      object,
      title: `${nameOf(object)} is of an apiVersion that Kubernetes ${since} and later do not serve`,
      confidence: "certain" as const,
      evidence: [fieldEvidence(object, "apiVersion", item.apiVersion)] as const,
      remedies: [
        {
          step: `Write the manifest of ${nameOf(object)} anew for apiVersion ${apiVersion}: \`kubectl convert\` does most of it.`,
        },
      ],
    },
  ];
}
