import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { containersOf } from "../containers.ts";
import { podsMatching } from "../pod-index.ts";
import { refOf } from "../refs.ts";

type Service = ObjectOf<"services">;

/**
 * The Service that a host name or cluster IP means to a Pod of `namespace`, whether it exists or not; undefined for
 * hosts outside the cluster. Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export function serviceOfHost(
  host: string,
  namespace: string,
  objects: Pick<Objects, "services" | "namespaces">,
): ObjectRef | undefined {
  if (/^[\d.]+$/.test(host)) return serviceOfAddress(host, objects);
  const labels = host.toLowerCase().split(".");
  if (!labels.every(isDnsLabel) || labels[0] === "localhost") return undefined;
  const svc = labels.indexOf("svc");
  if (svc >= 2) return ref(labels[svc - 1] ?? "", labels[svc - 2] ?? "");
  if (labels.length === 1) return ref(namespace, host.toLowerCase());
  const [name = "", inNamespace = ""] = labels.slice(-2);
  const isKnown =
    objects.services.get(inNamespace, name) !== undefined ||
    objects.namespaces.get("", inNamespace) !== undefined;
  if (labels.length <= 3 && isKnown) return ref(inNamespace, name);
  // A Pod of a headless Service by its short name: `db-0.db`.
  return labels.length === 2 && objects.services.get(namespace, inNamespace)
    ? ref(namespace, inNamespace)
    : undefined;
}

function serviceOfAddress(address: string, objects: Pick<Objects, "services">): ObjectRef | undefined {
  const service = objects.services.all.find(
    ({ spec }) => spec?.clusterIP === address || spec?.clusterIPs?.includes(address),
  );
  return service && refOf(service);
}

function ref(namespace: string, name: string): ObjectRef {
  return { kind: "Service", namespace, name };
}

/** Whether the Service listens on this port; true when it is not known or the Service has no ports. */
export function hasPort({ spec }: Service, port: number | undefined): boolean {
  const ports = spec?.ports ?? [];
  const isHeadless = spec?.clusterIP === "None";
  return port === undefined || ports.length === 0 || isHeadless || ports.some((entry) => entry.port === port);
}

/**
 * Whether something may listen where a client of the Service arrives on this port. A headless Service leads to the same
 * port of its Pods, whatever its own are: there it is what they declare, where they declare any.
 */
export function mayAnswerOn(
  service: Service,
  port: number | undefined,
  objects: Pick<Objects, "pods">,
): boolean {
  const { metadata, spec } = service;
  if (spec?.clusterIP !== "None" || port === undefined) return hasPort(service, port);
  const declared = podsMatching(spec.selector, metadata.namespace, objects).flatMap((pod) =>
    containersOf(pod).flatMap((container) => container.spec.ports ?? []),
  );
  const own = (spec.ports ?? []).map((entry) => entry.port);
  return (
    declared.length === 0 ||
    own.includes(port) ||
    declared.some(({ containerPort }) => containerPort === port)
  );
}

/** Whether any endpoint of the Service is ready; undefined when the slices are not known. */
export function hasReadyEndpoints(
  { namespace, name }: ObjectRef,
  objects: Pick<Objects, "endpointSlices">,
): boolean | undefined {
  const slices = objects.endpointSlices
    .in(namespace)
    .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name);
  if (slices.length === 0) return objects.endpointSlices.knows(namespace) ? false : undefined;
  return slices.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
}

/** Domains of the internet that are also usual names of namespaces. */
const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set([
  "ai",
  "app",
  "cloud",
  "co",
  "com",
  "dev",
  "edu",
  "io",
  "me",
  "net",
  "org",
  "tech",
  "test",
  "tools",
]);

/**
 * The Service that a configured host name can only mean, whether it exists or not; undefined for all that might lie
 * outside the cluster, or be the name of a single Pod.
 */
export function intendedService(
  host: string,
  namespace: string,
  objects: Pick<Objects, "services" | "namespaces">,
): ObjectRef | undefined {
  const labels = host.split(".");
  const [name = "", inNamespace = "", svc, ...domain] = labels;
  if (labels.length === 1) return ref(namespace, name);
  if (svc === "svc" && ["", "cluster.local"].includes(domain.join("."))) return ref(inNamespace, name);
  const isNamespace = objects.namespaces.get("", inNamespace) !== undefined;
  if (labels.length !== 2 || !isNamespace || TOP_LEVEL_DOMAINS.has(inNamespace)) return undefined;
  return objects.services.get(namespace, inNamespace) ? undefined : ref(inNamespace, name);
}

/** Whether a Pod finds Services by their names: not with the node's own resolver, nor with one of its own. */
export function usesClusterDns({ spec }: ObjectOf<"pods">): boolean {
  const policy = spec?.dnsPolicy ?? "ClusterFirst";
  return policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && spec?.hostNetwork !== true);
}

const byName = new WeakMap<Objects["services"], ReadonlyMap<string, readonly Service[]>>();

/** The Services of this name in all namespaces that were read. */
export function servicesNamed(name: string, { services }: Pick<Objects, "services">): readonly Service[] {
  const index = byName.get(services) ?? Map.groupBy(services.all, ({ metadata }) => metadata.name);
  byName.set(services, index);
  return index.get(name) ?? [];
}
