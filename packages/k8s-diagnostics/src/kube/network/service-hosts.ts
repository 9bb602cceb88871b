import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
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
