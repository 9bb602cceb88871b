import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import {
  declaredPorts,
  portField,
  portPatch,
  portWords,
  targetPortOf,
} from "../../kube/network/service-ports.ts";
import { podsOf } from "../../kube/network/services.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const PROTOCOLS: ReadonlySet<string> = new Set(["TCP", "UDP", "SCTP"]);

export const serviceProtocolMismatch = defineCheck({
  id: "service_protocol_mismatch",
  title: "Service and Pods differ in the protocol of a port",
  when: "every selected Pod declares the target port of a Service, and only with another protocol",
  severity: "high",
  level: "cause",
  reads: ["services", "pods"],
  run: ({ objects }) =>
    objects.services.all.flatMap((service) => {
      const pods = podsOf(service, objects);
      const [pod] = pods;
      if (!pod) return [];
      const object = refOf(service);
      const findings = (service.spec?.ports ?? []).flatMap((port): readonly Finding[] => {
        const target = targetPortOf(port);
        const protocol = port.protocol ?? "TCP";
        const matching = pods.map((each) =>
          declaredPorts(each).filter(
            ({ name, number }) => (typeof target === "string" ? name : number) === target,
          ),
        );
        const [declared] = matching[0] ?? [];
        const differs = matching.every(
          (ports) => ports.length > 0 && ports.every((candidate) => candidate.protocol !== protocol),
        );
        if (!declared || !differs || !PROTOCOLS.has(declared.protocol)) return [];
        const isName = typeof target === "string";
        return [
          {
            object,
            subject: `${port.port}/${protocol}`,
            title: `Port ${port.port} of ${nameOf(object)} is not of the protocol ${declared.protocol} that its Pods declare`,
            confidence: isName ? ("certain" as const) : ("likely" as const),
            evidence: [
              fieldEvidence(object, `${portField(port)}.protocol`, protocol),
              fieldEvidence(refOf(pod), `spec.containers[${declared.container}].ports`, declared),
            ] as const,
            ...(isName && { affects: [object] }),
            remedies: [
              {
                step: `Set the protocol of ${portWords(service, port)} of ${nameOf(object)} to ${declared.protocol}.`,
                ...portPatch(service, port, { protocol: declared.protocol }),
              },
            ],
          },
        ];
      });
      return joined(findings);
    }),
});

/** All ports of a Service are one fault; the first one's words stand for all. */
function joined(findings: readonly Finding[]): readonly Finding[] {
  const [first, ...others] = findings;
  if (!first) return [];
  const all = [first, ...others];
  return [
    {
      ...first,
      confidence: all.every(({ confidence }) => confidence === "certain") ? "certain" : "likely",
      evidence: [
        first.evidence[0],
        ...first.evidence.slice(1),
        ...others.flatMap(({ evidence }) => evidence),
      ],
      remedies: all.flatMap(({ remedies = [] }) => remedies),
    },
  ];
}
