import type { KubeObject, Objects, ResourceKey } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { removedApi } from "../../kube/removed-apis.ts";

/** Those that once had another version than they have now. */
const AFFECTED = [
  "deployments",
  "daemonSets",
  "replicaSets",
  "statefulSets",
  "networkPolicies",
  "ingresses",
  "ingressClasses",
  "cronJobs",
  "podDisruptionBudgets",
  "endpointSlices",
  "horizontalPodAutoscalers",
  "validatingWebhookConfigurations",
  "mutatingWebhookConfigurations",
  "customResourceDefinitions",
  "roles",
  "roleBindings",
  "clusterRoles",
  "clusterRoleBindings",
  "priorityClasses",
  "storageClasses",
] as const satisfies readonly ResourceKey[];

/** Those whose fields are the same in the version that is served. */
const SAME_FIELDS: ReadonlySet<string> = new Set([
  ...["CronJob", "PodDisruptionBudget", "IngressClass", "StorageClass", "PriorityClass"],
  ...["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"],
]);

export const apiVersionRemoved = defineCheck({
  id: "api_version_removed",
  title: "Manifest is of a version that Kubernetes no longer serves",
  when: "an object, as it was recorded from a file, has an apiVersion that newer versions of Kubernetes do not serve; objects that the API server gave have the version that was asked for",
  severity: "low",
  level: "cause",
  reads: AFFECTED,
  run: ({ objects }) =>
    AFFECTED.flatMap((resource) => (objects[resource] as Objects[ResourceKey]).all.flatMap(removed)),
});

function removed(item: KubeObject): readonly Finding[] {
  const [group = "", version] = item.apiVersion.split("/");
  const found = version === undefined ? undefined : removedApi({ kind: item.kind, group, version });
  if (!found) return [];
  const object = refOf(item);
  return [
    {
      object,
      title: `${nameOf(object)} is of an apiVersion that Kubernetes ${found.since} and later do not serve`,
      confidence: "certain",
      evidence: [fieldEvidence(object, "apiVersion", item.apiVersion)],
      remedies: [
        {
          step: `Write the manifest of ${nameOf(object)} anew for apiVersion ${found.instead ?? "of another kind"}: \`kubectl convert\` does most of it.`,
          ...(found.instead !== undefined &&
            SAME_FIELDS.has(item.kind) && { patch: toYaml({ apiVersion: found.instead }) }),
        },
      ],
    },
  ];
}
