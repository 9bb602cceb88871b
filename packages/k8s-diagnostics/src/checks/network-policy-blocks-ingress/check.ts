import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { appendPatch } from "../../kube/field-patch.ts";
import { admitsPort, isolating } from "../../kube/network/network-policies.ts";
import { declaredPorts, targetPortOf } from "../../kube/network/service-ports.ts";
import { podsOf } from "../../kube/network/services.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { type ConfusedRule, confusedRule, correctedPort } from "./service-port.ts";

export const networkPolicyBlocksIngress = defineCheck({
  id: "network_policy_blocks_ingress",
  title: "Network policies let nobody reach the port of a Service",
  when: "the Pods of a Service are isolated for ingress and no rule of any NetworkPolicy admits the target port, from anywhere; high when a rule names the port of the Service instead",
  severity: "low",
  level: "cause",
  reads: ["services", "pods", "networkPolicies"],
  run: ({ objects }) =>
    objects.services.all
      .filter(({ metadata }) => objects.networkPolicies.in(metadata.namespace).length > 0)
      .flatMap((service) => {
        const [pod] = podsOf(service, objects);
        const policies = pod ? isolating(pod, "Ingress", objects) : [];
        const [policy] = policies;
        if (!pod || !policy) return [];
        return (service.spec?.ports ?? []).flatMap((port) => {
          const target = targetPortOf(port);
          const declared = declaredPorts(pod).find(
            ({ name, number }) => (typeof target === "string" ? name : number) === target,
          );
          const number = typeof target === "number" ? target : declared?.number;
          const traffic = { number, name: declared?.name, protocol: port.protocol ?? "TCP" };
          if (admitsPort(policies, "Ingress", traffic)) return [];
          const confused =
            number === undefined || number === port.port
              ? undefined
              : confusedRule(policies, port, declaredPorts(pod));
          if (confused && number !== undefined) return [portFinding(confused, service, port.port, number)];
          const object = refOf(policy);
          return [
            {
              object,
              subject: `${service.metadata.name}:${port.port}`,
              title: `${nameOf(object)} isolates the Pods of ${nameOf(refOf(service))}, and no rule admits port ${port.port}`,
              confidence: "possible" as const,
              evidence: [
                fieldEvidence(object, "spec.ingress", policy.spec?.ingress),
                fieldEvidence(refOf(service), `spec.ports[${port.port}].targetPort`, target),
              ] as const,
              related: [refOf(service)],
              remedies: [
                {
                  step: `Add to spec.ingress of ${nameOf(object)} a rule for ${number === undefined ? "that port" : `port ${number}`} from the Pods that need it; the patch admits those of the namespace.`,
                  ...(number !== undefined &&
                    appendPatch(policy, "spec.ingress", {
                      from: [{ podSelector: {} }],
                      ports: [{ protocol: traffic.protocol, port: number }],
                    })),
                },
              ],
            },
          ];
        });
      }),
});

function portFinding(
  confused: ConfusedRule,
  service: ObjectOf<"services">,
  port: number,
  target: number,
): Finding {
  const object = refOf(confused.policy);
  const ref = refOf(service);
  const rules = confused.policy.spec?.ingress ?? [];
  return {
    object,
    subject: `${ref.name}:${port}`,
    severity: "high",
    title: `${nameOf(object)} admits port ${port} of ${nameOf(ref)}, and its Pods listen on port ${target}, which no rule admits`,
    confidence: "likely",
    evidence: [
      fieldEvidence(object, `spec.ingress[${confused.rule}]`, rules[confused.rule]),
      fieldEvidence(ref, `spec.ports[${port}].targetPort`, target),
    ],
    affects: [ref],
    remedies: [correctedPort(confused, port, target)],
  };
}
