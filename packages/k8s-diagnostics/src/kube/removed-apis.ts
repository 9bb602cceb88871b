import type { AskedApi } from "./logs/api-phrases.ts";

/** A version of a built-in kind that Kubernetes serves no more. */
export interface RemovedApi {
  readonly groupVersion: string;
  /** The Kubernetes version that no longer serves it. */
  readonly since: string;
  /** What to ask for instead; undefined when the kind is gone. */
  readonly instead: string | undefined;
}

const WORKLOADS = ["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet"] as const;
const RBAC = ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"] as const;
const WEBHOOKS = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"] as const;
const FLOWS = ["FlowSchema", "PriorityLevelConfiguration"] as const;

/** Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const REMOVED: readonly (readonly [string, string, readonly string[], string | undefined])[] = [
  ["extensions/v1beta1", "1.16", WORKLOADS, "apps/v1"],
  ["extensions/v1beta1", "1.16", ["NetworkPolicy"], "networking.k8s.io/v1"],
  ["extensions/v1beta1", "1.22", ["Ingress"], "networking.k8s.io/v1"],
  ["apps/v1beta1", "1.16", WORKLOADS, "apps/v1"],
  ["apps/v1beta2", "1.16", WORKLOADS, "apps/v1"],
  ["networking.k8s.io/v1beta1", "1.22", ["Ingress", "IngressClass"], "networking.k8s.io/v1"],
  ["rbac.authorization.k8s.io/v1beta1", "1.22", RBAC, "rbac.authorization.k8s.io/v1"],
  ["apiextensions.k8s.io/v1beta1", "1.22", ["CustomResourceDefinition"], "apiextensions.k8s.io/v1"],
  ["apiregistration.k8s.io/v1beta1", "1.22", ["APIService"], "apiregistration.k8s.io/v1"],
  ["admissionregistration.k8s.io/v1beta1", "1.22", WEBHOOKS, "admissionregistration.k8s.io/v1"],
  ["certificates.k8s.io/v1beta1", "1.22", ["CertificateSigningRequest"], "certificates.k8s.io/v1"],
  ["coordination.k8s.io/v1beta1", "1.22", ["Lease"], "coordination.k8s.io/v1"],
  ["scheduling.k8s.io/v1beta1", "1.22", ["PriorityClass"], "scheduling.k8s.io/v1"],
  [
    "storage.k8s.io/v1beta1",
    "1.22",
    ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    "storage.k8s.io/v1",
  ],
  ["storage.k8s.io/v1beta1", "1.27", ["CSIStorageCapacity"], "storage.k8s.io/v1"],
  ["batch/v1beta1", "1.25", ["CronJob"], "batch/v1"],
  ["discovery.k8s.io/v1beta1", "1.25", ["EndpointSlice"], "discovery.k8s.io/v1"],
  ["events.k8s.io/v1beta1", "1.25", ["Event"], "events.k8s.io/v1"],
  ["policy/v1beta1", "1.25", ["PodDisruptionBudget"], "policy/v1"],
  ["policy/v1beta1", "1.25", ["PodSecurityPolicy"], undefined],
  ["node.k8s.io/v1beta1", "1.25", ["RuntimeClass"], "node.k8s.io/v1"],
  ["autoscaling/v2beta1", "1.25", ["HorizontalPodAutoscaler"], "autoscaling/v2"],
  ["autoscaling/v2beta2", "1.26", ["HorizontalPodAutoscaler"], "autoscaling/v2"],
  ["flowcontrol.apiserver.k8s.io/v1beta1", "1.26", FLOWS, "flowcontrol.apiserver.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta2", "1.29", FLOWS, "flowcontrol.apiserver.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta3", "1.32", FLOWS, "flowcontrol.apiserver.k8s.io/v1"],
];

/** The removed version of a built-in kind that was asked for, if it is one. Its group goes without saying. */
export function removedApi({ kind, group, version }: AskedApi): RemovedApi | undefined {
  const found = REMOVED.find(
    ([groupVersion, , kinds]) =>
      kind !== undefined &&
      kinds.includes(kind) &&
      (group === undefined || groupVersion.startsWith(`${group}/`)) &&
      (version === undefined || groupVersion.endsWith(`/${version}`)) &&
      (group !== undefined || version !== undefined),
  );
  if (!found) return undefined;
  const [groupVersion, since, , instead] = found;
  return { groupVersion, since, instead };
}
