import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { configuredAddresses } from "../../kube/config/addresses.ts";
import { dnsService } from "../../kube/dns/cluster-dns.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import {
  type ClientGroup,
  clientGroups,
  connectionProblems,
  type LoggedProblem,
} from "../../kube/network/clients.ts";
import { intendedService, usesClusterDns } from "../../kube/network/service-hosts.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { placesOf } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Pod = ObjectOf<"pods">;
type Read = Pick<
  Objects,
  "pods" | "replicaSets" | "jobs" | "logs" | "configMaps" | "services" | "namespaces"
>;

export const dnsPolicyUnsuitable = defineCheck({
  id: "dns_policy_unsuitable",
  title: "Pod uses names of Services and does not ask the cluster's DNS",
  when: "a Pod with dnsPolicy Default, with hostNetwork and dnsPolicy ClusterFirst, or with dnsPolicy None and other name servers or no search domains, is configured with the name of a Service that exists; high when its log tells that the name does not resolve, else low",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "configMaps", "services", "namespaces"],
  supersedes: ["dependency_unreachable"],
  run: ({ objects, asOf }) => {
    const problemsOf = connectionProblems(objects, asOf);
    const address = dnsService(objects)?.spec?.clusterIP;
    return clientGroups(objects, asOf)
      .filter(({ pod }) => !usesClusterDns(pod))
      .flatMap((group): readonly Finding[] => {
        const problems = placesOf(group.pod, objects)
          .flatMap(problemsOf)
          .filter(({ problem }) => problem === "dns");
        const used = usedName(group.pod, problems, objects);
        if (!used || asksClusterDns(group.pod, used.host, address)) return [];
        return [finding(group, used, objects)];
      });
  },
});

interface UsedName {
  readonly service: ObjectRef;
  readonly host: string;
  readonly evidence: Evidence;
  readonly said: LoggedProblem | undefined;
}

/** The name of an existing Service: the one that the log complains of, else one of the configuration. */
function usedName(pod: Pod, problems: readonly LoggedProblem[], objects: Read): UsedName | undefined {
  const exists = ({ namespace, name }: ObjectRef) => objects.services.get(namespace, name) !== undefined;
  for (const said of problems) {
    const service = said.targets.map((target) => target.service).find(exists);
    if (service) return { service, host: service.name, evidence: said.evidence, said };
  }
  const configured = placesOf(pod, objects).flatMap((place) =>
    configuredAddresses(place, objects).flatMap(({ host, setting }) => {
      const service = intendedService(host, pod.metadata.namespace, objects);
      return service && exists(service) ? [{ service, host, evidence: setting.evidence }] : [];
    }),
  );
  const [first] = configured;
  const said = problems.find(({ namesHost }) => !namesHost);
  return first && { ...first, said };
}

/** With dnsPolicy None a Pod may name the cluster's DNS itself, or the cache that a Node has at a link-local address. */
function asksClusterDns({ spec }: Pod, host: string, address: string | undefined): boolean {
  if (spec?.dnsPolicy !== "None") return false;
  const servers = spec.dnsConfig?.nameservers ?? [];
  const isThere =
    address === undefined || servers.some((server) => server === address || server.startsWith("169.254."));
  const isComplete =
    host.includes(".svc.") || (spec.dnsConfig?.searches ?? []).some((zone) => /(?:^|\.)svc\./.test(zone));
  return isThere && isComplete;
}

function finding(
  { pod, troubled, pods }: ClientGroup,
  { service, evidence, said }: UsedName,
  objects: Read,
): Finding {
  const workload = workloadOf(pod, objects);
  const base = podSpecPath(workload.kind);
  const policy = pod.spec?.dnsPolicy ?? "ClusterFirst";
  const isSevere = said !== undefined;
  return {
    object: workload,
    ...(!isSevere && { severity: "low" as const }),
    title: `Pods of ${nameOf(workload)} use the name of ${nameOf(service)}, and do not ask the cluster's DNS`,
    confidence: "likely",
    evidence: [
      ...(said && said.evidence !== evidence ? [said.evidence] : []),
      evidence,
      fieldEvidence(workload, `${base}.dnsPolicy`, policy),
      ...(pod.spec?.hostNetwork ? [fieldEvidence(workload, `${base}.hostNetwork`, true)] : []),
      ...(policy === "None" ? [fieldEvidence(workload, `${base}.dnsConfig`, pod.spec?.dnsConfig)] : []),
    ] as [Evidence, ...Evidence[]],
    ...(isSevere && { affects: troubled.length > 0 ? troubled : [refOf(pod)] }),
    related: [...pods, service],
    remedies: [remedyFor(pod, workload)],
  };
}

function remedyFor({ spec }: Pod, workload: ObjectRef): Remedy {
  const wanted = spec?.hostNetwork ? "ClusterFirstWithHostNet" : "ClusterFirst";
  return {
    step: `Set dnsPolicy of ${nameOf(workload)} to ${wanted}.`,
    patch: podSpecPatch(workload.kind, { dnsPolicy: wanted }),
  };
}
