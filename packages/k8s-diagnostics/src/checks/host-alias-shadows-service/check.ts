import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { plainCopy } from "../../kube/field-patch.ts";
import { clientGroups, connectionProblems, problemWith } from "../../kube/network/clients.ts";
import { serviceOfHost } from "../../kube/network/service-hosts.ts";
import { podSpecPath, workloadOf } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { placesOf } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const hostAliasShadowsService = defineCheck({
  id: "host_alias_shadows_service",
  title: "Host alias of a Pod hides a Service",
  when: "hostAliases of a Pod give the name of a Service that exists another address than the Service has; high when a log complains of it, else low",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "services", "namespaces"],
  supersedes: ["dependency_unreachable"],
  run: ({ objects, asOf }) => {
    const groups = clientGroups(objects, asOf).filter(({ pod }) => pod.spec?.hostAliases?.length);
    if (groups.length === 0) return [];
    const problemsOf = connectionProblems(objects, asOf);
    return groups.flatMap(({ pod, troubled }) => {
      const problems = placesOf(pod, objects).flatMap(problemsOf);
      const workload = workloadOf(pod, objects);
      return aliasesOf(pod).flatMap(({ ip, host }): readonly Finding[] => {
        const ref = serviceOfHost(host, pod.metadata.namespace, objects);
        const service = ref && objects.services.get(ref.namespace, ref.name);
        if (!service || addressesOf(service).includes(ip) || addressesOf(service).length === 0) return [];
        const said =
          problems.find(({ line }) => line.includes(ip)) ?? problemWith(refOf(service), problems, false);
        const object = refOf(service);
        return [
          {
            object: workload,
            ...(!said && { severity: "low" as const }),
            title: `hostAliases of ${nameOf(workload)} give the name of ${nameOf(object)} another address`,
            confidence: said ? "likely" : "possible",
            evidence: [
              fieldEvidence(workload, `${podSpecPath(workload.kind)}.hostAliases[${ip}]`, host),
              fieldEvidence(object, "spec.clusterIP", service.spec?.clusterIP),
              ...(said ? [said.evidence] : []),
            ],
            ...(said && { affects: troubled.length > 0 ? troubled : [refOf(pod)] }),
            related: [refOf(pod), object],
            remedies: [
              {
                step: `Remove the name of ${nameOf(object)} from ${podSpecPath(workload.kind)}.hostAliases of ${nameOf(workload)}.`,
                ...aliasPatch(pod, workload.kind, ip, host),
              },
            ],
          },
        ];
      });
    });
  },
});

function aliasesOf({ spec }: ObjectOf<"pods">) {
  return (spec?.hostAliases ?? []).flatMap(({ ip, hostnames = [] }) =>
    hostnames.map((host) => ({ ip: ip ?? "", host })),
  );
}

/** The alias without this name; without any name it goes. */
function aliasPatch(
  { spec }: ObjectOf<"pods">,
  kind: string,
  ip: string,
  host: string,
): { readonly patch?: string } {
  const names = spec?.hostAliases?.find((alias) => alias.ip === ip)?.hostnames ?? [];
  const rest = plainCopy({ ip, hostnames: names.filter((name) => name !== host) });
  if (rest === undefined) return {};
  const item = names.length > 1 ? rest : { ip, $patch: "delete" };
  return { patch: podSpecPatch(kind, { hostAliases: [item] }) };
}

function addressesOf({ spec }: ObjectOf<"services">): readonly string[] {
  const all = [spec?.clusterIP ?? "", ...(spec?.clusterIPs ?? []), ...(spec?.externalIPs ?? [])];
  return all.filter((address) => address !== "" && address !== "None");
}
