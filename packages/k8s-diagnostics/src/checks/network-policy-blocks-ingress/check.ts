import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { appendPatch } from "../../kube/field-patch.ts";
import { admitsPort, isolating } from "../../kube/network/network-policies.ts";
import { declaredPorts, targetPortOf } from "../../kube/network/service-ports.ts";
import { podsOf } from "../../kube/network/services.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const networkPolicyBlocksIngress = defineCheck({
  id: "network_policy_blocks_ingress",
  title: "Network policies let nobody reach the port of a Service",
  when: "the Pods of a Service are isolated for ingress and no rule of any NetworkPolicy admits the target port, from anywhere",
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
