import {
  isDnsLabel,
  type LogNeed,
  type Need,
  type Needs,
  type ObjectOf,
  type Snapshot,
} from "@k8s-ops/k8s-cluster";
import { containersOf, isContainerHealthy, type PodContainer } from "../kube/containers.ts";
import { hostsInCommand } from "../kube/logs/command-hosts.ts";
import { failingLogs } from "../kube/logs/failing-logs.ts";
import { connectionProblem, hostsIn, type LogHost } from "../kube/logs/log-hosts.ts";
import { serviceOfHost } from "../kube/network/service-hosts.ts";
import { workloadOf } from "../kube/owners.ts";
import { isHealthyPod, podCondition } from "../kube/pods.ts";
import { refKey } from "../kube/refs.ts";

type Pod = ObjectOf<"pods">;

const MAX_LOGS = 40;
const MAX_CERTIFICATES = 20;
const MAX_LOGGED_SECRETS = 20;
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
  const chosen = objects.pods.all.filter(
    ({ metadata }) => metadata.name === deep?.name && metadata.namespace === deep.namespace,
  );
  return {
    objects: [
      ...capacityNeeds(troubled),
      ...secretNeeds(troubled),
      ...loggedSecretNeeds({ objects, asOf }),
      ...certificateNeeds({ objects }),
      ...webhookNeeds({ objects }),
      ...dependencyNeeds({ objects, asOf }, troubled),
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
    const fromContainers = containersOf(pod).flatMap(({ spec }) => variableSecrets(spec));
    const names = [...fromContainers, ...(pod.spec?.imagePullSecrets ?? []).map(({ name }) => name)];
    return secretsNamed(names, pod.metadata.namespace);
  });
}

/** Whether a Secret has what a program misses, or gives it the password that is refused, shows in its keys. */
function loggedSecretNeeds({ objects, asOf }: Pick<Snapshot, "objects" | "asOf">): readonly Need[] {
  const needs = failingLogs(objects, asOf).flatMap(({ trouble, place: { spec, pod } }) => {
    const volumes = (pod.spec?.volumes ?? []).map(({ secret }) => secret?.secretName);
    const isFile = trouble?.kind === "missing_file" || trouble?.kind === "rejected_file";
    const isVariable = trouble?.kind === "variable" || trouble?.kind === "credentials";
    const names = isFile ? volumes : isVariable ? variableSecrets(spec) : [];
    return secretsNamed(names, pod.metadata.namespace);
  });
  return needs.slice(0, MAX_LOGGED_SECRETS);
}

function variableSecrets({ env = [], envFrom = [] }: PodContainer["spec"]) {
  return [
    ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ...envFrom.map(({ secretRef }) => secretRef?.name),
  ];
}

function secretsNamed(names: readonly (string | undefined)[], namespace: string): readonly Need[] {
  return names
    .filter((name) => name !== undefined)
    .map((name) => ({ resource: "secrets", namespace, name }) as const);
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

/** Programs name Services of other namespaces in their logs and commands: what is wrong there explains what fails here. */
function dependencyNeeds(
  { objects, asOf }: Pick<Snapshot, "objects" | "asOf">,
  troubled: readonly Pod[],
): readonly Need[] {
  const fromLogs = failingLogs(objects, asOf).flatMap(({ place, lines, trouble }) => {
    const asked = trouble && ABOUT_SERVERS.has(trouble.kind) ? addressesOf(place.spec) : [];
    return [...lines.filter(connectionProblem), ...(trouble?.block ?? []), ...asked].flatMap((text) =>
      namespacesOf(hostsIn(text), place.podRef.namespace, objects),
    );
  });
  const fromCommands = troubled.flatMap((pod) =>
    containersOf(pod).flatMap(({ spec }) =>
      namespacesOf(hostsInCommand(spec), pod.metadata.namespace, objects),
    ),
  );
  return [...new Set([...fromLogs, ...fromCommands])].slice(0, MAX_NAMESPACES).flatMap(backing);
}

/** Troubles that lie with the server as much as with the program that asks it. */
const ABOUT_SERVERS: ReadonlySet<string> = new Set(["credentials", "schema", "certificate"]);

function addressesOf({ env = [] }: PodContainer["spec"]): readonly string[] {
  return env.flatMap(({ value }) =>
    value === undefined ? [] : [`host ${value} `, `connect to ${value} port 1`],
  );
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
