import type { Need } from "@k8s-ops/k8s-cluster";
import { budgetPods } from "../../kube/budgets.ts";
import { isUnconsidered, neglectedWorkloads } from "../../kube/control-plane.ts";
import { isBeingEmptied } from "../../kube/drains.ts";
import { controllerOf } from "../../kube/owners.ts";
import { podCondition } from "../../kube/pods.ts";
import { parseRefusal } from "../../kube/rbac/refusals.ts";
import { isUninitialized } from "../../kube/scheduling/cloud-controller.ts";
import { lacksNetwork } from "../../kube/scheduling/network-plugin.ts";
import { nodeCondition } from "../../kube/scheduling/node-conditions.ts";
import { driverNotRegistered } from "../../kube/storage/csi-drivers.ts";
import type { Pod, Read } from "./read.ts";

/** Where one Pod does not fit, all others of the cluster are of interest. */
export function capacityNeeds({ troubled }: Read): readonly Need[] {
  const isUnschedulable = (pod: Pod): boolean =>
    podCondition(pod, "PodScheduled")?.reason === "Unschedulable";
  return troubled.some(isUnschedulable) ? [{ resource: "pods" }] : [];
}

/** Work that nobody takes up asks for the state of who should. */
export function controlPlaneNeeds({ objects, asOf, troubled }: Read): readonly Need[] {
  if (!troubled.some(isUnconsidered) && neglectedWorkloads(objects, asOf).length === 0) return [];
  return (["leases", "pods", "events"] as const).map((resource) => ({ resource, namespace: "kube-system" }));
}

/** A grant may lie in another namespace than it should. */
export function bindingNeeds({ failing }: Read): readonly Need[] {
  const isRefused = failing.some(({ recent }) => recent.some((line) => parseRefusal(line)));
  return isRefused
    ? [{ resource: "roleBindings" }, { resource: "roles" }, { resource: "serviceAccounts" }]
    : [];
}

/** The node part of a storage driver runs in another namespace than the Pods that use it. */
export function driverNeeds({ objects }: Read): readonly Need[] {
  const isMissing = objects.events.all.some(
    ({ reason, message = "" }) =>
      (reason === "FailedMount" || reason === "FailedAttachVolume") &&
      driverNotRegistered(message) !== undefined,
  );
  return isMissing ? [{ resource: "pods" }, { resource: "daemonSets" }] : [];
}

/** Volumes are made by a controller in another namespace. */
export function provisionerNeeds({ objects }: Read): readonly Need[] {
  const isWaiting =
    objects.persistentVolumeClaims.all.some(({ status }) => status?.phase === "Pending") &&
    objects.events.all.some(({ reason }) => reason === "ExternalProvisioning");
  const resources = ["deployments", "statefulSets", "replicaSets", "pods"] as const;
  return isWaiting ? resources.map((resource) => ({ resource })) : [];
}

const AGENT_NAMESPACE = "kube-system";

/** The network plug-in runs in another namespace than the Pods that lack a network. */
export function pluginNeeds({ objects }: Read): readonly Need[] {
  const isRefused = objects.events.all.some(
    ({ reason, message = "" }) => reason === "FailedCreatePodSandBox" && /network|cni/i.test(message),
  );
  const isCutOff = objects.nodes.all.some((node) => lacksNetwork(nodeCondition(node, "Ready")?.message));
  return isRefused || isCutOff ? [{ resource: "pods" }, { resource: "daemonSets" }] : [];
}

/** What lets Pods reach Services runs in another namespace than the programs that say that they reach none. */
export function networkAgentNeeds({ failing, troubled }: Read): readonly Need[] {
  const isUnreached = failing.some(({ trouble }) => trouble?.kind === "connection");
  const isAgentDown = troubled.some(
    (pod) => pod.metadata.namespace === AGENT_NAMESPACE && controllerOf(pod)?.kind === "DaemonSet",
  );
  const resources = [
    ...(isUnreached ? (["pods", "daemonSets"] as const) : []),
    ...(isAgentDown ? (["configMaps"] as const) : []),
  ];
  return resources.map((resource) => ({ resource, namespace: AGENT_NAMESPACE }));
}

/** The cloud controller that should take up a Node runs in another namespace than the Pods that wait for it. */
export function cloudControllerNeeds({ objects }: Read): readonly Need[] {
  const resources = ["daemonSets", "deployments", "replicaSets", "pods"] as const;
  return objects.nodes.all.some(isUninitialized) ? resources.map((resource) => ({ resource })) : [];
}

/** Whether a Node that is to be emptied waits for a budget shows in all that runs there, and in what is said of it. */
export function drainNeeds({ objects }: Read): readonly Need[] {
  const emptied = new Set(objects.nodes.all.filter(isBeingEmptied).map(({ metadata }) => metadata.name));
  if (emptied.size === 0) return [];
  const isHeld = objects.podDisruptionBudgets.all.some((budget) =>
    budgetPods(budget, objects).some(({ spec }) => emptied.has(spec?.nodeName ?? "")),
  );
  return isHeld ? [{ resource: "pods" }, { resource: "events", namespace: "default" }] : [];
}
