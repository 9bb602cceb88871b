import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { clientGroups, connectionProblems } from "../network/clients.ts";
import { usesClusterDns } from "../network/service-hosts.ts";
import { placesOf } from "../places.ts";

/** A container whose log tells of a name that could not be resolved. */
export interface DnsClient {
  readonly pods: readonly ObjectRef[];
  readonly said: Evidence;
  readonly line: string;
  /** The Services that its complaints name; empty when they name others, or none. */
  readonly services: readonly ObjectRef[];
  readonly isTroubled: boolean;
}

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "services" | "namespaces">;

/** The containers that use the cluster's DNS and say that a name does not resolve. */
export function dnsClients(objects: Read, asOf: string): readonly DnsClient[] {
  const problemsOf = connectionProblems(objects, asOf);
  return clientGroups(objects, asOf)
    .filter(({ pod }) => usesClusterDns(pod))
    .flatMap(({ pod, troubled }) =>
      placesOf(pod, objects).flatMap((place): readonly DnsClient[] => {
        const problems = problemsOf(place).filter(({ problem }) => problem === "dns");
        const [first] = problems;
        if (!first) return [];
        const services = problems.flatMap(({ targets }) => targets.map(({ service }) => service));
        const isTroubled = troubled.length > 0;
        return [
          {
            pods: isTroubled ? troubled : [place.podRef],
            said: first.evidence,
            line: first.line,
            services,
            isTroubled,
          },
        ];
      }),
    );
}
