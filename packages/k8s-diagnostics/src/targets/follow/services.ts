import {
  isDnsLabel,
  type LogNeed,
  type Need,
  type ObjectOf,
  type ObjectRef,
  type Snapshot,
} from "@k8s-ops/k8s-cluster";
import { failedConversions } from "../../kube/admission/namespace-deletion.ts";
import { configuredAddresses } from "../../kube/config/addresses.ts";
import { containersOf, type PodContainer } from "../../kube/containers.ts";
import { DNS_CONFIG, DNS_LABELS, DNS_NAMESPACE } from "../../kube/dns/cluster-dns.ts";
import { hostsInCommand } from "../../kube/logs/command-hosts.ts";
import { connectionProblem, hostsIn, type LogHost } from "../../kube/logs/log-hosts.ts";
import type { Trouble } from "../../kube/logs/troubles.ts";
import { routeBackends, routeParents } from "../../kube/network/routes.ts";
import { intendedService, serviceOfHost } from "../../kube/network/service-hosts.ts";
import { placesOf } from "../../kube/places.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { representatives } from "./logs.ts";
import type { Pod, Read } from "./read.ts";

const MAX_NAMESPACES = 5;

/** Routes lead from one namespace to another: to the Gateway above and to the Services below. */
export function routeNeeds({ objects }: Read): readonly Need[] {
  const isServed = objects.gateways.all.length > 0 || objects.gatewayClasses.all.length > 0;
  const routes = objects.httpRoutes.all.filter((route) => isNear(route, objects));
  const above = new Set(routes.flatMap(routeParents).map(({ namespace }) => namespace));
  const below = new Set(
    routes.flatMap((route) => routeBackends(route).map(({ service }) => service.namespace)),
  );
  const first = (namespaces: ReadonlySet<string>) =>
    [...namespaces].filter(isDnsLabel).slice(0, MAX_NAMESPACES);
  const resources = ["services", "endpointSlices", "pods", "replicaSets", "referenceGrants"] as const;
  return [
    ...(isServed ? [{ resource: "httpRoutes" } as const] : []),
    ...first(above).map((namespace) => ({ resource: "gateways", namespace }) as const),
    ...first(below).flatMap((namespace) => resources.map((resource) => ({ resource, namespace }))),
  ];
}

/** Whether a route is of a namespace in question, or leads from or to one. */
function isNear(route: ObjectOf<"httpRoutes">, objects: Snapshot["objects"]): boolean {
  const { namespace } = route.metadata;
  return (
    objects.services.knows(namespace) ||
    routeParents(route).some(({ namespace: above }) => objects.gateways.in(above).length > 0) ||
    routeBackends(route).some(({ service }) => objects.services.knows(service.namespace))
  );
}

/** Hosts are shared by the whole cluster: an Ingress of another namespace may claim the same. */
export function ingressNeeds({ objects }: Read): readonly Need[] {
  return objects.ingresses.all.length > 0 ? [{ resource: "ingresses" }] : [];
}

/** Services that stand for one of another namespace. */
export function externalNameNeeds({ objects }: Read): readonly Need[] {
  const targets = objects.services.all.flatMap(({ spec, metadata }) => {
    const host = spec?.type === "ExternalName" ? (spec.externalName ?? "").replace(/\.$/, "") : "";
    const service = host.includes(".svc") ? serviceOfHost(host, metadata.namespace, objects) : undefined;
    return service && isDnsLabel(service.namespace) ? [service.namespace] : [];
  });
  const isGone = (namespace: string) =>
    objects.namespaces.knows("", namespace) && objects.namespaces.get("", namespace) === undefined;
  return [...new Set(targets)]
    .slice(0, MAX_NAMESPACES)
    .map((namespace) => (isGone(namespace) ? { resource: "services" } : { resource: "services", namespace }));
}

/** Webhooks are served from other namespaces than the one in question. */
export function webhookNeeds({ objects }: Read): readonly Need[] {
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
export function apiNeeds({ objects }: Read): readonly Need[] {
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

/** Programs name Services of other namespaces in their logs and commands: what is wrong there explains what fails here. */
export function dependencyNeeds({ objects, troubled, failing }: Read): readonly Need[] {
  const fromLogs = failing.flatMap(({ place, lines, trouble }) => {
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
    // Another namespace may have what is missing here, or what an address in a log belongs to.
    ...(isAnyMissing || failing.some((log) => namesUnknownAddress(log, objects))
      ? [{ resource: "services" } as const]
      : []),
  ];
}

/** Clients often name the cluster IP only. */
function namesUnknownAddress(
  { lines, place }: Read["failing"][number],
  objects: Snapshot["objects"],
): boolean {
  return lines
    .filter((line) => connectionProblem(line) !== undefined)
    .flatMap(hostsIn)
    .some(
      ({ host }) =>
        /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) &&
        !host.startsWith("127.") &&
        serviceOfHost(host, place.podRef.namespace, objects) === undefined,
    );
}

/** Troubles that lie with the server as much as with the program that asks it. */
const ABOUT_SERVERS: ReadonlySet<Trouble> = new Set([
  "credentials",
  "schema",
  "certificate",
  "tls_mode",
  "read_only_server",
  "connections_exhausted",
]);

function addressesOf({ env = [] }: PodContainer["spec"]): readonly string[] {
  return env.flatMap(({ value }) =>
    value === undefined ? [] : [`host ${value} `, `connect to ${value} port 1`],
  );
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

/** Whether one of these logs was read and tells of a name that could not be resolved. */
export function tellsOfDns(read: readonly LogNeed[], { logs }: Snapshot["objects"]): boolean {
  return read.some((need) => logs.get(need)?.lines.some((line) => connectionProblem(line) === "dns"));
}

export function dnsNeeds({ objects }: Pick<Read, "objects">): readonly Need[] {
  const mounted = podsMatching(DNS_LABELS, DNS_NAMESPACE, objects).flatMap((pod) =>
    (pod.spec?.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []),
  );
  return [
    ...[...new Set(mounted)]
      .slice(0, MAX_NAMESPACES)
      .map((name) => ({ resource: "configMaps", namespace: DNS_NAMESPACE, name }) as const),
    ...backing(DNS_NAMESPACE),
    { resource: "daemonSets", namespace: DNS_NAMESPACE },
    ...[DNS_CONFIG, "kubelet-config", "kubeadm-config"].map(
      (name) => ({ resource: "configMaps", namespace: DNS_NAMESPACE, name }) as const,
    ),
  ];
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
