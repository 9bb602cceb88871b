import {
  isDnsLabel,
  type LogNeed,
  type Need,
  type Needs,
  type ObjectOf,
  type ObjectRef,
  type Snapshot,
} from "@k8s-ops/k8s-cluster";
import { configuredAddresses } from "../kube/config/addresses.ts";
import { containersOf, isContainerHealthy, type PodContainer } from "../kube/containers.ts";
import { DNS_CONFIG, DNS_LABELS, DNS_NAMESPACE } from "../kube/dns/cluster-dns.ts";
import { hostsInCommand } from "../kube/logs/command-hosts.ts";
import { failingLogs } from "../kube/logs/failing-logs.ts";
import { connectionProblem, hostsIn, type LogHost } from "../kube/logs/log-hosts.ts";
import { routeBackends, routeParents } from "../kube/network/routes.ts";
import { intendedService, serviceOfHost } from "../kube/network/service-hosts.ts";
import { tlsUses } from "../kube/network/tls-uses.ts";
import { workloadOf } from "../kube/owners.ts";
import { placesOf } from "../kube/places.ts";
import { podsMatching } from "../kube/pod-index.ts";
import { isHealthyPod, podCondition } from "../kube/pods.ts";
import { refKey } from "../kube/refs.ts";

type Pod = ObjectOf<"pods">;

const MAX_LOGS = 40;
const MAX_CERTIFICATES = 20;
const MAX_NAMESPACES = 5;
const PODS_PER_WORKLOAD = 2;
const MAX_DNS_PODS = 2;

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
  const hasDnsTrouble = tellsOfDns([...troubled, ...chosen], objects);
  const needs: readonly Need[] = [
    ...capacityNeeds(troubled),
    ...secretNeeds(troubled),
    ...certificateNeeds({ objects }),
    ...routeNeeds({ objects }),
    ...webhookNeeds({ objects }),
    ...dependencyNeeds({ objects, asOf }, troubled),
    ...(hasDnsTrouble ? dnsNeeds() : []),
  ];
  return {
    // What was listed once need not be listed again; a Secret alone tells more than in a list.
    objects: needs.filter(
      ({ resource, namespace = "", name }) => name !== undefined || !objects[resource].knows(namespace),
    ),
    logs: [
      ...chosen.flatMap((pod) =>
        containersOf(pod)
          .filter(hasRun)
          .flatMap((container) => logsOf(pod, container)),
      ),
      ...(hasDnsTrouble
        ? podsMatching(DNS_LABELS, DNS_NAMESPACE, objects).slice(0, MAX_DNS_PODS)
        : []
      ).flatMap((pod) =>
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

/** Lists of Secrets come without keys; whether one has a certificate, and a valid one, needs the Secret itself. */
function certificateNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const needs = tlsUses(objects).map(
    ({ secret: { namespace, name } }) => ({ resource: "secrets", namespace, name }) as const,
  );
  return needs.slice(0, MAX_CERTIFICATES);
}

/** Routes lead from one namespace to another: to the Gateway above and to the Services below. */
function routeNeeds({ objects }: Pick<Snapshot, "objects">): readonly Need[] {
  const routes = objects.httpRoutes.all;
  const above = new Set(routes.flatMap(routeParents).map(({ namespace }) => namespace));
  const below = new Set(
    routes.flatMap((route) => routeBackends(route).map(({ service }) => service.namespace)),
  );
  const first = (namespaces: ReadonlySet<string>) =>
    [...namespaces].filter(isDnsLabel).slice(0, MAX_NAMESPACES);
  const resources = ["services", "endpointSlices", "pods", "replicaSets", "referenceGrants"] as const;
  return [
    ...(objects.gateways.all.length > 0 ? [{ resource: "httpRoutes" } as const] : []),
    ...first(above).map((namespace) => ({ resource: "gateways", namespace }) as const),
    ...first(below).flatMap((namespace) => resources.map((resource) => ({ resource, namespace }))),
  ];
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
  const fromLogs = failingLogs(objects, asOf).flatMap(({ place, lines }) =>
    lines
      .filter(connectionProblem)
      .flatMap((line) => namespacesOf(hostsIn(line), place.podRef.namespace, objects)),
  );
  const fromCommands = troubled.flatMap((pod) =>
    containersOf(pod).flatMap(({ spec }) =>
      namespacesOf(hostsInCommand(spec), pod.metadata.namespace, objects),
    ),
  );
  const named = representatives(troubled, { objects }).flatMap((pod) => namedServices(pod, objects));
  const fromSettings = named
    .map(({ namespace }) => namespace)
    .filter((namespace) => objects.namespaces.get("", namespace) !== undefined);
  const isAnyMissing = named.some(
    ({ namespace, name }) =>
      objects.services.knows(namespace, name) && objects.services.get(namespace, name) === undefined,
  );
  return [
    ...[...new Set([...fromLogs, ...fromCommands, ...fromSettings])]
      .slice(0, MAX_NAMESPACES)
      .flatMap(backing),
    // Another namespace may have what is missing here.
    ...(isAnyMissing ? [{ resource: "services" } as const] : []),
  ];
}

/** Whether a log that was read tells of a name that could not be resolved. */
function tellsOfDns(pods: readonly Pod[], { logs }: Snapshot["objects"]): boolean {
  return pods
    .flatMap((pod) => containersOf(pod).flatMap((container) => logsOf(pod, container)))
    .some((need) => logs.get(need)?.lines.some((line) => connectionProblem(line) === "dns"));
}

function dnsNeeds(): readonly Need[] {
  return [
    ...backing(DNS_NAMESPACE),
    { resource: "daemonSets", namespace: DNS_NAMESPACE },
    { resource: "configMaps", namespace: DNS_NAMESPACE, name: DNS_CONFIG },
  ];
}

function namedServices(pod: Pod, objects: Snapshot["objects"]): readonly ObjectRef[] {
  const { namespace } = pod.metadata;
  return placesOf(pod, objects).flatMap((place) =>
    configuredAddresses(place, objects).flatMap(
      ({ host }) => intendedService(host, namespace, objects) ?? [],
    ),
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
    "networkPolicies",
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
