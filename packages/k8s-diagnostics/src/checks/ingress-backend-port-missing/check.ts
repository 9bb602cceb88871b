import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { backendsOf } from "../../kube/network/ingress.ts";
import { findPort, type ServicePort } from "../../kube/network/service-ports.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const ingressBackendPortMissing = defineCheck({
  id: "ingress_backend_port_missing",
  title: "Ingress names a port that its Service does not have",
  when: "a backend of an Ingress names a port, by number or name, that the Service does not define",
  severity: "high",
  level: "cause",
  reads: ["ingresses", "services"],
  run: ({ objects }) =>
    objects.ingresses.all.flatMap((ingress) => {
      const object = refOf(ingress);
      return backendsOf(ingress).flatMap(({ field, service: ref, port }) => {
        const service = objects.services.get(ref.namespace, ref.name);
        const isNamed = port.name !== undefined || port.number !== undefined;
        if (!service || !isNamed || service.spec?.type === "ExternalName" || findPort(service, port))
          return [];
        const ports = service.spec?.ports ?? [];
        return [
          {
            object,
            subject: `${ref.name}:${port.name ?? port.number}`,
            title: `${nameOf(object)} names a port that ${nameOf(ref)} does not have`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(object, `${field}.port`, port),
              fieldEvidence(
                ref,
                "spec.ports",
                ports.map(({ name, port: number }) => ({ name, port: number })),
              ),
            ] as const,
            affects: [object],
            related: [ref],
            remedies: [remedy(`${field}.port`, ingress, ports)],
          },
        ];
      });
    }),
});

function remedy(field: string, ingress: ObjectOf<"ingresses">, ports: readonly ServicePort[]): Remedy {
  const [only] = ports;
  const name = nameOf(refOf(ingress));
  if (!only || ports.length > 1) return { step: `Set ${field} of ${name} to a port that the Service has.` };
  return {
    step: `Set ${field} of ${name} to number ${only.port}, the only port of the Service.`,
    ...fieldPatch(ingress, field, { name: null, number: only.port }),
  };
}
