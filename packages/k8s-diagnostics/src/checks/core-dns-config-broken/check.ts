import { defineCheck, type Finding, type Severity } from "../../check.ts";
import { DNS_CONFIG, DNS_NAMESPACE, dnsService } from "../../kube/dns/cluster-dns.ts";
import { parseCorefile } from "../../kube/dns/corefile.ts";
import { dnsClients } from "../../kube/dns/dns-clients.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import type { CorefileFault } from "./fault.ts";
import { faultsOf } from "./faults.ts";
import { logFaults } from "./log-faults.ts";

export const coreDnsConfigBroken = defineCheck({
  id: "core_dns_config_broken",
  title: "Corefile of CoreDNS keeps names from being resolved",
  when: "the Corefile in ConfigMap coredns answers for existing Services with an error or another name, has no kubernetes plug-in for the cluster's domain or one for another domain, forwards to itself or to a server that gives no answer, or cannot be read; high when a client's log or CoreDNS's own shows it",
  severity: "high",
  level: "cause",
  reads: ["configMaps", "services", "pods", "replicaSets", "jobs", "logs", "namespaces"],
  supersedes: ["dependency_unreachable", "container_exits_with_error"],
  run: ({ objects, asOf }) => {
    const configMap = objects.configMaps.get(DNS_NAMESPACE, DNS_CONFIG);
    const text = configMap?.data?.Corefile;
    if (!configMap || text === undefined) return [];
    const corefile = parseCorefile(text);
    const clients = dnsClients(objects, asOf);
    const main = { object: refOf(configMap), key: "Corefile", lines: text.split("\n") };
    const address = dnsService(objects)?.spec?.clusterIP;
    const faults: readonly CorefileFault[] = [
      ...logFaults(corefile, objects),
      ...faultsOf(corefile, objects, address),
    ];
    const findings = faults.flatMap((fault): readonly Finding[] => {
      const hit = clients.filter(({ services, line }) => fault.concerns(services, line));
      if (fault.needsClient && hit.length === 0) return [];
      const { object, key, lines } = fault.included ?? main;
      const shown = fieldEvidence(
        object,
        fault.line > 0 ? `data.${key}, line ${fault.line}` : `data.${key}`,
        lines[fault.line - 1]?.trim() ?? lines.join("\n"),
      );
      const proof = [...(fault.proof ? [fault.proof] : []), ...hit.slice(0, 3).map(({ said }) => said)];
      const severity = fault.severity ?? severityOf(fault, hit.length > 0);
      const broken = new Map(fault.services.map((service) => [refKey(service), service]));
      return [
        {
          object,
          severity,
          title: `The Corefile in ${nameOf(object)} ${fault.what}`,
          confidence: !fault.proof && hit.length > 0 ? "likely" : fault.confidence,
          evidence: [shown, ...proof],
          affects: [...(fault.pods ?? []), ...hit.flatMap(({ pods }) => pods)],
          related: [...broken.values()].slice(0, 20),
          details: { fault: fault.kind, line: fault.line },
          remedies: [
            { step: fault.step, object },
            {
              step: "Then restart CoreDNS, unless the reload plug-in reads the Corefile again.",
              object: { kind: "Deployment", namespace: DNS_NAMESPACE, name: "coredns" },
              call: {
                tool: "remediate_rollout_restart",
                arguments: { namespace: DNS_NAMESPACE, kind: "Deployment", name: "coredns" },
              },
            },
          ],
        },
      ];
    });
    return [...Map.groupBy(findings, ({ object }) => refKey(object)).values()].flatMap(joined);
  },
});

/** All faults of the one object, the gravest first: its words stand for all. */
function joined(findings: readonly Finding[]): readonly Finding[] {
  const order = ["high", "medium", "low"];
  const rank = ({ severity = "high" }: Finding) => order.indexOf(severity);
  const [first, ...others] = findings.toSorted((a, b) => rank(a) - rank(b));
  if (!first) return [];
  const all = [first, ...others];
  const steps = all.flatMap(({ remedies = [] }) => remedies);
  return [
    {
      ...first,
      evidence: [
        first.evidence[0],
        ...first.evidence.slice(1),
        ...others.flatMap(({ evidence }) => evidence),
      ],
      affects: all.flatMap(({ affects = [] }) => affects),
      related: all.flatMap(({ related = [] }) => related),
      remedies: [...new Map(steps.map((remedy) => [remedy.step, remedy])).values()],
    },
  ];
}

function severityOf({ confidence }: CorefileFault, isHit: boolean): Severity {
  if (isHit) return "high";
  return confidence === "possible" ? "low" : "medium";
}
