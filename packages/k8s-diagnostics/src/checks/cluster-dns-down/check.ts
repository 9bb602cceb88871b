import { defineCheck, type Evidence } from "../../check.ts";
import { DNS_NAMESPACE, dnsService, dnsWorkloads } from "../../kube/dns/cluster-dns.ts";
import { dnsClients } from "../../kube/dns/dns-clients.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { endpointsOf, podsOf } from "../../kube/network/services.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { scaledTo } from "../../kube/remedy-parts.ts";
import { isStarting, isYoung } from "../../kube/starting.ts";
import { readyField, replicasOf } from "../../kube/workloads.ts";

export const clusterDnsDown = defineCheck({
  id: "cluster_dns_down",
  title: "DNS of the cluster does not answer",
  when: "the DNS Service of kube-system has no ready endpoint, so that no Pod resolves any name; or it does not exist while its Pods do",
  severity: "high",
  level: "cause",
  reads: [
    "services",
    "endpointSlices",
    "endpoints",
    "pods",
    "deployments",
    "daemonSets",
    "replicaSets",
    "jobs",
    "logs",
    "namespaces",
  ],
  supersedes: ["dependency_unreachable", "no_endpoints", "no_endpoints_object"],
  run: ({ objects, asOf }) => {
    const service = dnsService(objects);
    const workloads = dnsWorkloads(objects);
    const isMissing =
      !service &&
      workloads.length > 0 &&
      objects.services.knows(DNS_NAMESPACE) &&
      !workloads.some((each) => isYoung(each, asOf));
    const endpoints = service && endpointsOf(service, objects);
    const pods = service ? podsOf(service, objects) : [];
    const isDown =
      endpoints?.known === true && endpoints.ready === 0 && !isYoung(service ?? { metadata: {} }, asOf);
    if (!isMissing && (!isDown || (pods.length > 0 && pods.every((pod) => isStarting(pod, asOf))))) return [];
    const object = service ? refOf(service) : { kind: "Service", namespace: DNS_NAMESPACE, name: "kube-dns" };
    const clients = dnsClients(objects, asOf);
    const proof: Evidence = service
      ? fieldEvidence(object, "ready endpoints", `0 ready, ${endpoints?.notReady ?? 0} not ready`)
      : fieldEvidence(object, "metadata.name", undefined);
    return [
      {
        object,
        title: service
          ? `${nameOf(object)}, the cluster's DNS, has no ready endpoint`
          : `${nameOf(object)} does not exist, though the cluster's DNS runs`,
        confidence: "certain" as const,
        evidence: [
          proof,
          ...workloads.map((workload) => {
            const { ready, desired } = replicasOf(workload);
            return fieldEvidence(refOf(workload), readyField(workload.kind), `${ready} of ${desired}`);
          }),
          ...clients.slice(0, 3).map(({ said }) => said),
        ] as const,
        affects: [object, ...clients.flatMap((client) => client.pods)],
        because: [...pods, ...workloads].map(refOf),
        remedies: [
          ...workloads
            .filter((workload) => workload.kind === "Deployment" && replicasOf(workload).desired === 0)
            .map(refOf)
            .map((workload) => ({
              step: `Scale ${nameOf(workload)} of namespace ${DNS_NAMESPACE} to 2 replicas.`,
              ...scaledTo(workload, 2),
            })),
          {
            step: service
              ? `Make the Pods behind ${nameOf(object)} of namespace ${DNS_NAMESPACE} ready.`
              : `Create ${nameOf(object)} in namespace ${DNS_NAMESPACE} with the address that Pods have as their name server.`,
          },
        ],
      },
    ];
  },
});
