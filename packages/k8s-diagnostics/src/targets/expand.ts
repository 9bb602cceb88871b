import {
  isDnsLabel,
  type LogNeed,
  type Need,
  type Needs,
  type ObjectOf,
  type Snapshot,
} from "@k8s-ops/k8s-cluster";
import { failedConversions } from "../kube/admission/namespace-deletion.ts";
import { containersOf, isContainerHealthy, type PodContainer } from "../kube/containers.ts";
import { isUnconsidered, isUnobserved } from "../kube/control-plane.ts";
import { hostsInCommand } from "../kube/logs/command-hosts.ts";
import { type FailingLog, failingLogs } from "../kube/logs/failing-logs.ts";
import { connectionProblem, hostsIn, type LogHost } from "../kube/logs/log-hosts.ts";
import { serviceOfHost } from "../kube/network/service-hosts.ts";
import { workloadOf } from "../kube/owners.ts";
import { isHealthyPod, podCondition } from "../kube/pods.ts";
import { parseRefusal } from "../kube/rbac/refusals.ts";
import { refKey } from "../kube/refs.ts";
import { lacksNetwork } from "../kube/scheduling/network-plugin.ts";
import { nodeCondition } from "../kube/scheduling/node-conditions.ts";
import { driverNotRegistered } from "../kube/storage/csi-drivers.ts";

type Pod = ObjectOf<"pods">;

const MAX_LOGS = 40;
const MAX_CERTIFICATES = 20;
const MAX_NAMESPACES = 5;
const PODS_PER_WORKLOAD = 2;

export interface ExpandOptions {
  /** Read the logs of every container of this Pod, healthy or not. */
  readonly deep?: { readonly namespace: string; readonly name: string };
}

/**
 * What the objects read so far make worth reading: the whole cluster's Pods where one does not fit, the Secrets of
 * which a key is in question, and the logs of what failed.
 */
export function expand({ objects, asOf }: Snapshot, { deep }: ExpandOptions): Needs {
  const troubled = objects.pods.all.filter((pod) => !isHealthyPod(pod));
  const failing = failingLogs(objects, asOf);
  const chosen = objects.pods.all.filter(
    ({ metadata }) => metadata.name === deep?.name && metadata.namespace === deep.namespace,
  );
  return {
    objects: [
      ...capacityNeeds(troubled),
      ...secretNeeds(troubled),
      ...certificateNeeds({ objects }),
      ...webhookNeeds({ objects }),
      ...dependencyNeeds({ objects }, troubled, failing),
      ...bindingNeeds(failing),
      ...driverNeeds({ objects }),
      ...provisionerNeeds({ objects }),
      ...pluginNeeds({ objects }),
      ...apiNeeds({ objects }),
      ...controlPlaneNeeds({ objects }),
    ],
    logs: [
      ...chosen.flatMap((pod) =>
        containersOf(pod)
          .filter(hasRun)
          .flatMap((container) => logsOf(pod, container)),
      ),
      ...representatives(troubled, { objects }).flatMap((pod) =>
        containersOf(pod)
          .filter((container) => hasRun(container) && !isContainerHealthy(container))
          .flatMap((container) => logsOf(pod, container)),
      ),
    ].slice(0, MAX_LOGS),
  };
}

function capacityNeeds(pods: readonly Pod[]): readonly Need[] {
  const isUnschedulable = (pod: Pod): boolean =>
    podCondition(pod, "PodScheduled")?.reason === "Unschedulable";
  return pods.some(isUnschedulable) ? [{ resource: "pods" }] : [];
}

/** Only these values are fetched, one by one, and reach no further than their keys. */
function secretNeeds(pods: readonly Pod[]): readonly Need[] {
  const waitsForSecret = (pod: Pod): boolean =>
    containersOf(pod).some(({ status }) =>
      ["CreateContainerConfigError", "ErrImagePull", "ImagePullBackOff"].includes(
        status?.state?.waiting?.reason ?? "",
      ),
    );
  return pods.filter(waitsForSecret).flatMap((pod) => {
    const fromContainers = containersOf(pod).flatMap(({ spec }) => [
      ...(spec.env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...(spec.envFrom ?? []).map(({ secretRef }) => secretRef?.name),
    ]);
    const names = [...fromContainers, ...(pod.spec?.imagePullSecrets ?? []).map(({ name }) => name)];
    return names
      .filter((name) => name !== undefined)
      .map((name) => ({ resource: "secrets", namespace: pod.metadata.namespace, name }) as const);
  });
}

/** Lists of Secrets come without keys; whether an Ingress's has a certificate needs the Secret itself. */
function certificateNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const needs = objects.ingresses.all.flatMap(({ metadata, spec }) =>
    (spec?.tls ?? []).flatMap(({ secretName }) =>
      secretName === undefined
        ? []
        : [{ resource: "secrets", namespace: metadata.namespace, name: secretName } as const],
    ),
  );
  return needs.slice(0, MAX_CERTIFICATES);
}

/** Webhooks are served from other namespaces than the one in question. */
function webhookNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const webhooks = [
    ...objects.validatingWebhookConfigurations.all,
    ...objects.mutatingWebhookConfigurations.all,
  ].flatMap((configuration) => configuration.webhooks ?? []);
  return webhooks.flatMap(({ clientConfig }) => {
    const service = clientConfig.service;
    if (!service) return [];
    return backing(service.namespace);
  });
}

/** Aggregated APIs and conversions are served from other namespaces, too. */
function apiNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const fromApis = objects.apiServices.all
    .filter(({ status }) =>
      status?.conditions?.some((each) => each.type === "Available" && each.status !== "True"),
    )
    .map(({ spec }) => spec?.service?.namespace);
  const isConversionLost = objects.namespaces.all.some((each) => failedConversions(each).length > 0);
  const fromDefinitions = (isConversionLost ? objects.customResourceDefinitions.all : []).map(
    ({ spec }) => spec?.conversion?.webhook?.clientConfig?.service?.namespace,
  );
  return [...new Set([...fromApis, ...fromDefinitions])]
    .flatMap((namespace) => (namespace !== undefined && isDnsLabel(namespace) ? [namespace] : []))
    .slice(0, MAX_NAMESPACES)
    .flatMap(backing);
}

/** Work that nobody takes up asks for the state of who should. */
function controlPlaneNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const isIgnored =
    objects.pods.all.some(isUnconsidered) ||
    [...objects.deployments.all, ...objects.statefulSets.all, ...objects.daemonSets.all].some(isUnobserved);
  if (!isIgnored) return [];
  return (["leases", "pods", "events"] as const).map((resource) => ({ resource, namespace: "kube-system" }));
}

/** Programs name Services of other namespaces in their logs and commands: what is wrong there explains what fails here. */
function dependencyNeeds(
  { objects }: Pick<Snapshot, "objects">,
  troubled: readonly Pod[],
  failing: readonly FailingLog[],
): readonly Need[] {
  const fromLogs = failing.flatMap(({ place, lines }) =>
    lines
      .filter(connectionProblem)
      .flatMap((line) => namespacesOf(hostsIn(line), place.podRef.namespace, objects)),
  );
  const fromCommands = troubled.flatMap((pod) =>
    containersOf(pod).flatMap(({ spec }) =>
      namespacesOf(hostsInCommand(spec), pod.metadata.namespace, objects),
    ),
  );
  return [...new Set([...fromLogs, ...fromCommands])].slice(0, MAX_NAMESPACES).flatMap(backing);
}

/** A grant may lie in another namespace than it should. */
function bindingNeeds(failing: readonly FailingLog[]): readonly Need[] {
  const isRefused = failing.some(({ recent }) => recent.some((line) => parseRefusal(line)));
  return isRefused
    ? [{ resource: "roleBindings" }, { resource: "roles" }, { resource: "serviceAccounts" }]
    : [];
}

/** The node part of a storage driver runs in another namespace than the Pods that use it. */
function driverNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const isMissing = objects.events.all.some(
    ({ reason, message = "" }) =>
      (reason === "FailedMount" || reason === "FailedAttachVolume") &&
      driverNotRegistered(message) !== undefined,
  );
  return isMissing ? [{ resource: "pods" }, { resource: "daemonSets" }] : [];
}

/** Volumes are made by a controller in another namespace. */
function provisionerNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const isWaiting =
    objects.persistentVolumeClaims.all.some(({ status }) => status?.phase === "Pending") &&
    objects.events.all.some(({ reason }) => reason === "ExternalProvisioning");
  const resources = ["deployments", "statefulSets", "replicaSets", "pods"] as const;
  return isWaiting ? resources.map((resource) => ({ resource })) : [];
}

/** The network plug-in runs in another namespace than the Pods that lack a network. */
function pluginNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const isRefused = objects.events.all.some(
    ({ reason, message = "" }) => reason === "FailedCreatePodSandBox" && /network|cni/i.test(message),
  );
  const isCutOff = objects.nodes.all.some((node) => lacksNetwork(nodeCondition(node, "Ready")?.message));
  return isRefused || isCutOff ? [{ resource: "pods" }, { resource: "daemonSets" }] : [];
}

function namespacesOf(
  hosts: readonly LogHost[],
  from: string,
  objects: Snapshot["objects"],
): readonly string[] {
  return hosts.flatMap(({ host }) => {
    const service = serviceOfHost(host, from, objects);
    return service && service.namespace !== from && isDnsLabel(service.namespace) ? [service.namespace] : [];
  });
}

/** What is needed to see why a Service of the namespace does not answer. */
function backing(namespace: string): readonly Need[] {
  const resources = [
    "services",
    "endpointSlices",
    "pods",
    "replicaSets",
    "jobs",
    "deployments",
    "statefulSets",
    "events",
  ] as const;
  return resources.map((resource) => ({ resource, namespace }));
}

function representatives(pods: readonly Pod[], { objects }: Pick<Snapshot, "objects">): readonly Pod[] {
  const seen = new Map<string, number>();
  return pods.filter((pod) => {
    const key = refKey(workloadOf(pod, objects));
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count <= PODS_PER_WORKLOAD;
  });
}

function hasRun({ status }: PodContainer): boolean {
  return (
    status?.state?.running !== undefined ||
    status?.state?.terminated !== undefined ||
    status?.lastState?.terminated !== undefined
  );
}

function logsOf(pod: Pod, { name, status }: PodContainer): readonly LogNeed[] {
  const need = { namespace: pod.metadata.namespace, pod: pod.metadata.name, container: name };
  const current = { ...need, previous: false };
  return (status?.restartCount ?? 0) > 0 ? [{ ...need, previous: true }, current] : [current];
}
