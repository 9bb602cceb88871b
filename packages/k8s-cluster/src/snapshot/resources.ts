import type {
  CoreV1Event,
  V1APIService,
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1ConfigMap,
  V1ControllerRevision,
  V1CronJob,
  V1CSIDriver,
  V1CSINode,
  V1CustomResourceDefinition,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Endpoints,
  V1Ingress,
  V1IngressClass,
  V1Job,
  V1Lease,
  V1LimitRange,
  V1MutatingWebhookConfiguration,
  V1Namespace,
  V1NetworkPolicy,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodDisruptionBudget,
  V1PriorityClass,
  V1ReplicaSet,
  V1ReplicationController,
  V1ResourceQuota,
  V1Role,
  V1RoleBinding,
  V1RuntimeClass,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V1StorageClass,
  V1ValidatingWebhookConfiguration,
  V1VolumeAttachment,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import type { V1Gateway, V1GatewayClass, V1HTTPRoute, V1ReferenceGrant } from "./gateway-api.ts";
import type { V1VerticalPodAutoscaler } from "./vertical-pod-autoscaler.ts";
import type { KubeObject } from "./wire.ts";

/** The model behind each resource of {@link RESOURCES}. */
interface Models {
  pods: V1Pod;
  services: V1Service;
  endpoints: V1Endpoints;
  configMaps: V1ConfigMap;
  secrets: V1Secret;
  serviceAccounts: V1ServiceAccount;
  persistentVolumeClaims: V1PersistentVolumeClaim;
  persistentVolumes: V1PersistentVolume;
  resourceQuotas: V1ResourceQuota;
  limitRanges: V1LimitRange;
  replicationControllers: V1ReplicationController;
  nodes: V1Node;
  namespaces: V1Namespace;
  events: CoreV1Event;
  endpointSlices: V1EndpointSlice;
  deployments: V1Deployment;
  replicaSets: V1ReplicaSet;
  statefulSets: V1StatefulSet;
  daemonSets: V1DaemonSet;
  controllerRevisions: V1ControllerRevision;
  jobs: V1Job;
  cronJobs: V1CronJob;
  horizontalPodAutoscalers: V2HorizontalPodAutoscaler;
  podDisruptionBudgets: V1PodDisruptionBudget;
  ingresses: V1Ingress;
  ingressClasses: V1IngressClass;
  networkPolicies: V1NetworkPolicy;
  storageClasses: V1StorageClass;
  csiDrivers: V1CSIDriver;
  csiNodes: V1CSINode;
  volumeAttachments: V1VolumeAttachment;
  priorityClasses: V1PriorityClass;
  runtimeClasses: V1RuntimeClass;
  leases: V1Lease;
  validatingWebhookConfigurations: V1ValidatingWebhookConfiguration;
  mutatingWebhookConfigurations: V1MutatingWebhookConfiguration;
  apiServices: V1APIService;
  customResourceDefinitions: V1CustomResourceDefinition;
  gatewayClasses: V1GatewayClass;
  gateways: V1Gateway;
  httpRoutes: V1HTTPRoute;
  referenceGrants: V1ReferenceGrant;
  roles: V1Role;
  roleBindings: V1RoleBinding;
  clusterRoles: V1ClusterRole;
  clusterRoleBindings: V1ClusterRoleBinding;
  verticalPodAutoscalers: V1VerticalPodAutoscaler;
}

/** The name of a resource in this package: the API's plural in camelCase. */
export type ResourceKey = keyof Models;

/** An object of the resource `K`. */
export type ObjectOf<K extends ResourceKey> = KubeObject<Models[K]>;

export interface ResourceType {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const namespaced = (apiVersion: string, kind: string): ResourceType => ({
  apiVersion,
  kind,
  namespaced: true,
});
const clusterScoped = (apiVersion: string, kind: string): ResourceType => ({
  apiVersion,
  kind,
  namespaced: false,
});

/** Everything that can be read, by key. The API's plural is the key in lower case. */
export const RESOURCES = {
  pods: namespaced("v1", "Pod"),
  services: namespaced("v1", "Service"),
  endpoints: namespaced("v1", "Endpoints"),
  configMaps: namespaced("v1", "ConfigMap"),
  secrets: namespaced("v1", "Secret"),
  serviceAccounts: namespaced("v1", "ServiceAccount"),
  persistentVolumeClaims: namespaced("v1", "PersistentVolumeClaim"),
  persistentVolumes: clusterScoped("v1", "PersistentVolume"),
  resourceQuotas: namespaced("v1", "ResourceQuota"),
  limitRanges: namespaced("v1", "LimitRange"),
  replicationControllers: namespaced("v1", "ReplicationController"),
  nodes: clusterScoped("v1", "Node"),
  namespaces: clusterScoped("v1", "Namespace"),
  events: namespaced("v1", "Event"),
  endpointSlices: namespaced("discovery.k8s.io/v1", "EndpointSlice"),
  deployments: namespaced("apps/v1", "Deployment"),
  replicaSets: namespaced("apps/v1", "ReplicaSet"),
  statefulSets: namespaced("apps/v1", "StatefulSet"),
  daemonSets: namespaced("apps/v1", "DaemonSet"),
  controllerRevisions: namespaced("apps/v1", "ControllerRevision"),
  jobs: namespaced("batch/v1", "Job"),
  cronJobs: namespaced("batch/v1", "CronJob"),
  horizontalPodAutoscalers: namespaced("autoscaling/v2", "HorizontalPodAutoscaler"),
  podDisruptionBudgets: namespaced("policy/v1", "PodDisruptionBudget"),
  ingresses: namespaced("networking.k8s.io/v1", "Ingress"),
  ingressClasses: clusterScoped("networking.k8s.io/v1", "IngressClass"),
  networkPolicies: namespaced("networking.k8s.io/v1", "NetworkPolicy"),
  storageClasses: clusterScoped("storage.k8s.io/v1", "StorageClass"),
  csiDrivers: clusterScoped("storage.k8s.io/v1", "CSIDriver"),
  csiNodes: clusterScoped("storage.k8s.io/v1", "CSINode"),
  volumeAttachments: clusterScoped("storage.k8s.io/v1", "VolumeAttachment"),
  priorityClasses: clusterScoped("scheduling.k8s.io/v1", "PriorityClass"),
  runtimeClasses: clusterScoped("node.k8s.io/v1", "RuntimeClass"),
  leases: namespaced("coordination.k8s.io/v1", "Lease"),
  validatingWebhookConfigurations: clusterScoped(
    "admissionregistration.k8s.io/v1",
    "ValidatingWebhookConfiguration",
  ),
  mutatingWebhookConfigurations: clusterScoped(
    "admissionregistration.k8s.io/v1",
    "MutatingWebhookConfiguration",
  ),
  apiServices: clusterScoped("apiregistration.k8s.io/v1", "APIService"),
  customResourceDefinitions: clusterScoped("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
  gatewayClasses: clusterScoped("gateway.networking.k8s.io/v1", "GatewayClass"),
  gateways: namespaced("gateway.networking.k8s.io/v1", "Gateway"),
  httpRoutes: namespaced("gateway.networking.k8s.io/v1", "HTTPRoute"),
  referenceGrants: namespaced("gateway.networking.k8s.io/v1beta1", "ReferenceGrant"),
  roles: namespaced("rbac.authorization.k8s.io/v1", "Role"),
  roleBindings: namespaced("rbac.authorization.k8s.io/v1", "RoleBinding"),
  clusterRoles: clusterScoped("rbac.authorization.k8s.io/v1", "ClusterRole"),
  clusterRoleBindings: clusterScoped("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
  verticalPodAutoscalers: namespaced("autoscaling.k8s.io/v1", "VerticalPodAutoscaler"),
} as const satisfies Record<ResourceKey, ResourceType>;

export const RESOURCE_KEYS = Object.keys(RESOURCES) as readonly ResourceKey[];

const BY_GROUP_KIND: ReadonlyMap<string, ResourceKey> = new Map(
  RESOURCE_KEYS.map((key) => [groupKind(RESOURCES[key].apiVersion, RESOURCES[key].kind), key]),
);

/** The resource that holds objects of this apiVersion's group and kind, whatever the version; undefined when none is read here. */
export function resourceOf(apiVersion: string, kind: string): ResourceKey | undefined {
  if (kind === "Event" && apiVersion.startsWith("events.k8s.io/")) return "events";
  return BY_GROUP_KIND.get(groupKind(apiVersion, kind));
}

/** The resource of a kind that is unique among those read here, as owner references and targets name them. */
export function resourceOfKind(kind: string): ResourceKey | undefined {
  return RESOURCE_KEYS.find((key) => RESOURCES[key].kind === kind);
}

function groupKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf("/");
  return `${slash < 0 ? "" : apiVersion.slice(0, slash)}/${kind}`;
}
