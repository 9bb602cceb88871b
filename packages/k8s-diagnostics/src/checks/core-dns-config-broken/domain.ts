import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { DNS_NAMESPACE, USUAL_DOMAIN } from "../../kube/dns/cluster-dns.ts";
import { type Corefile, isInZone, kubernetesZones, zoneName } from "../../kube/dns/corefile.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import type { CorefileFault } from "./fault.ts";

/** Where kubeadm keeps the domain that it tells the kubelets, which write it into the search list of every Pod. */
const KUBEADM = [
  {
    name: "kubelet-config",
    key: "kubelet",
    pattern: /^ {0,8}clusterDomain: {1,4}["']?([A-Za-z0-9.-]{1,253})/m,
  },
  {
    name: "kubeadm-config",
    key: "ClusterConfiguration",
    pattern: /^ {0,8}dnsDomain: {1,4}["']?([A-Za-z0-9.-]{1,253})/m,
  },
] as const;

/**
 * Services answered for in another domain than the one in which Pods look for them. What the kubelets are told decides;
 * where that is not known, another domain than the usual one is wrong only if a client misses a Service by its short name.
 */
export function otherDomain(
  corefile: Corefile,
  objects: Pick<Objects, "services" | "configMaps">,
): readonly CorefileFault[] {
  const zones = kubernetesZones(corefile);
  const told = toldDomain(objects);
  const domain = told?.domain ?? USUAL_DOMAIN;
  if (zones.length === 0 || zones.some((zone) => isInZone(domain, zone))) return [];
  const plugin = corefile.servers
    .flatMap(({ plugins }) => plugins)
    .find(({ name, args }) => name === "kubernetes" && args.length > 0);
  return [
    {
      kind: "other_domain",
      line: plugin?.line ?? 0,
      what: "answers for Services in another domain than the one in which Pods look for them",
      step: told
        ? "Let the plug-in kubernetes of the Corefile serve the domain that the kubelets are configured with."
        : `Let the plug-in kubernetes of the Corefile serve the domain that the kubelets are configured with: ${USUAL_DOMAIN} unless clusterDomain says otherwise.`,
      confidence: told ? "likely" : "possible",
      ...(told ? { proof: told.evidence, severity: "high" as const } : { needsClient: true }),
      services: [],
      concerns: (named, line) =>
        named.some(({ namespace, name }) => objects.services.get(namespace, name) !== undefined) &&
        (told !== undefined || !line.includes(`.svc.${USUAL_DOMAIN}`)),
    },
  ];
}

function toldDomain({
  configMaps,
}: Pick<Objects, "configMaps">): { readonly domain: string; readonly evidence: Evidence } | undefined {
  for (const { name, key, pattern } of KUBEADM) {
    const domain = pattern.exec(configMaps.get(DNS_NAMESPACE, name)?.data?.[key] ?? "")?.[1];
    if (domain === undefined) continue;
    const object = { kind: "ConfigMap", namespace: DNS_NAMESPACE, name };
    return { domain: zoneName(domain), evidence: fieldEvidence(object, `data.${key}`, domain) };
  }
  return undefined;
}
