import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isInZone, kubernetesZones, parseCorefile } from "./corefile.ts";

/** Where every distribution runs its DNS, and the label that all give it. */
export const DNS_NAMESPACE = "kube-system";
export const DNS_LABELS = { "k8s-app": "kube-dns" } as const;
export const DNS_CONFIG = "coredns";

/** The domain of every cluster whose kubelets are not told another one. */
export const USUAL_DOMAIN = "cluster.local";

/** Whether CoreDNS answers for Services, and not in the usual domain: right only where the kubelets name the same. */
export function servesUnusualDomain({ configMaps }: Pick<Objects, "configMaps">): boolean {
  const text = configMaps.get(DNS_NAMESPACE, DNS_CONFIG)?.data?.Corefile;
  const zones = text === undefined ? [] : kubernetesZones(parseCorefile(text));
  return zones.length > 0 && !zones.some((zone) => isInZone(USUAL_DOMAIN, zone));
}

/** The Service that Pods have as their name server. */
export function dnsService({ services }: Pick<Objects, "services">): ObjectOf<"services"> | undefined {
  const there = services.in(DNS_NAMESPACE);
  return (
    there.find(({ metadata }) => metadata.name === "kube-dns") ??
    there.find(({ metadata, spec }) => metadata.labels?.["k8s-app"] === "kube-dns" && servesDns(spec)) ??
    there.find(({ metadata, spec }) => metadata.name === "coredns" && servesDns(spec))
  );
}

function servesDns(spec: ObjectOf<"services">["spec"]): boolean {
  return spec?.ports?.some(({ port }) => port === 53) === true;
}

/** The Deployments or DaemonSets that run it. */
export function dnsWorkloads(objects: Pick<Objects, "deployments" | "daemonSets">) {
  return [...objects.deployments.in(DNS_NAMESPACE), ...objects.daemonSets.in(DNS_NAMESPACE)].filter(
    ({ spec }) => spec?.template?.metadata?.labels?.["k8s-app"] === "kube-dns",
  );
}
