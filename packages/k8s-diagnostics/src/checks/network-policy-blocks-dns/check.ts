import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { containersOf } from "../../kube/containers.ts";
import { DNS_LABELS, DNS_NAMESPACE } from "../../kube/dns/cluster-dns.ts";
import { fieldEvidence, logEvidence } from "../../kube/evidence.ts";
import { appendPatch } from "../../kube/field-patch.ts";
import { connectionProblem } from "../../kube/logs/log-hosts.ts";
import { admitsPort, isolating } from "../../kube/network/network-policies.ts";
import { declaredPorts } from "../../kube/network/service-ports.ts";
import { barriers } from "../../kube/network/traffic.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { isFinished } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const DNS_PORTS = [
  { number: 53, name: "dns", protocol: "UDP" },
  { number: 53, name: "dns-tcp", protocol: "TCP" },
];

const DNS_RULE = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": DNS_NAMESPACE } },
      podSelector: { matchLabels: DNS_LABELS },
    },
  ],
  ports: DNS_PORTS.map(({ number: port, protocol }) => ({ protocol, port })),
};

export const networkPolicyBlocksDns = defineCheck({
  id: "network_policy_blocks_dns",
  title: "Network policies keep a Pod from DNS",
  when: "a Pod is isolated for egress, no rule of any NetworkPolicy admits port 53 (or none to the Pods of the cluster's DNS, where these were read), and its log tells of names that could not be resolved",
  severity: "high",
  level: "cause",
  reads: ["pods", "networkPolicies", "namespaces", "logs"],
  supersedes: ["dependency_unreachable"],
  run: ({ objects }) =>
    objects.pods.all
      .filter((pod) => !isFinished(pod) && objects.networkPolicies.in(pod.metadata.namespace).length > 0)
      .flatMap((pod) => {
        const policies = isolating(pod, "Egress", objects);
        const [policy] = policies;
        const isOpen = DNS_PORTS.some((port) => admitsPort(policies, "Egress", port));
        if (!policy || (isOpen && !isClosedToDns(pod, objects))) return [];
        const failure = dnsFailure(pod, objects);
        if (!failure) return [];
        const object = refOf(policy);
        return [
          {
            object,
            title: `${nameOf(object)} isolates Pods for egress, and no rule admits ${isOpen ? "the Pods of the cluster's DNS" : "DNS"}`,
            confidence: "likely" as const,
            evidence: [fieldEvidence(object, "spec.egress", policy.spec?.egress), failure] as const,
            affects: [refOf(pod)],
            remedies: [
              {
                step: `Add to spec.egress of ${nameOf(object)} a rule for port 53 over UDP and TCP to the Pods of the cluster's DNS: namespaceSelector kubernetes.io/metadata.name kube-system with podSelector k8s-app kube-dns.`,
                ...appendPatch(policy, "spec.egress", DNS_RULE),
              },
            ],
          },
        ];
      }),
});

/** Whether no rule lets it reach a Pod of the cluster's DNS, over either protocol. */
function isClosedToDns(
  pod: ObjectOf<"pods">,
  objects: Pick<Objects, "pods" | "networkPolicies" | "namespaces">,
): boolean {
  const servers = podsMatching(DNS_LABELS, DNS_NAMESPACE, objects).filter((server) => !isFinished(server));
  const isClosed = (server: ObjectOf<"pods">, protocol: string): boolean => {
    const number = declaredPorts(server).find(({ name }) => name === "dns")?.number ?? 53;
    return barriers(pod, server, { number, protocol }, objects).some(
      ({ direction }) => direction === "Egress",
    );
  };
  return (
    servers.length > 0 &&
    servers.every((server) => DNS_PORTS.every(({ protocol }) => isClosed(server, protocol)))
  );
}

function dnsFailure(pod: ObjectOf<"pods">, objects: Pick<Objects, "logs">) {
  const { namespace, name } = pod.metadata;
  for (const container of containersOf(pod)) {
    for (const previous of [false, true]) {
      const excerpt = objects.logs.get({ namespace, pod: name, container: container.name, previous });
      const line = excerpt?.lines.findLast((text) => connectionProblem(text) === "dns");
      if (excerpt && line !== undefined) return logEvidence(refOf(pod), excerpt, line);
    }
  }
  return undefined;
}
