import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { DNS_CONFIG, DNS_LABELS, DNS_NAMESPACE } from "../../kube/dns/cluster-dns.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { refOf } from "../../kube/refs.ts";

/** A text that CoreDNS reads as (a part of) its Corefile. */
export interface CorefileSource {
  readonly object: ObjectRef;
  readonly key: string;
  readonly lines: readonly string[];
}

/** The Corefile, and what lies in the other ConfigMaps that CoreDNS mounts: `coredns-custom` of AKS and K3s. */
export function corefileSources(objects: Pick<Objects, "configMaps" | "pods">): readonly CorefileSource[] {
  const mounted = podsMatching(DNS_LABELS, DNS_NAMESPACE, objects).flatMap((pod) =>
    (pod.spec?.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []),
  );
  return [...new Set([DNS_CONFIG, ...mounted])].flatMap((name) => {
    const configMap = objects.configMaps.get(DNS_NAMESPACE, name);
    if (!configMap) return [];
    return Object.entries(configMap.data ?? {}).map(([key, text]) => ({
      object: refOf(configMap),
      key,
      lines: text.split("\n"),
    }));
  });
}

/** Where a plug-in is set up with this word; else where it is set up at all. */
export function lineOf(
  plugin: string,
  word: string | undefined,
  sources: readonly CorefileSource[],
): { readonly source: CorefileSource; readonly line: number } | undefined {
  const uses = sources.flatMap((source) =>
    source.lines.flatMap((text, index) => {
      const words = text.trim().split(/\s+/);
      return words[0] === plugin ? [{ source, line: index + 1, words }] : [];
    }),
  );
  return (
    uses.find(({ words }) => word !== undefined && words.includes(word)) ??
    (uses.length === 1 ? uses[0] : undefined)
  );
}
