import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { backendsOf } from "../../kube/network/ingress.ts";
import { endpointsOf } from "../../kube/network/services.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const ingressBackendNoEndpoints = defineCheck({
  id: "ingress_backend_no_endpoints",
  title: "Backend of an Ingress has no ready endpoint",
  when: "a Service that an Ingress sends traffic to exists and has no ready endpoint",
  severity: "high",
  level: "symptom",
  reads: ["ingresses", "services", "endpointSlices", "endpoints", "pods"],
  run: ({ objects, asOf }) =>
    objects.ingresses.all.flatMap((ingress) => {
      const object = refOf(ingress);
      const backends = new Map(backendsOf(ingress).map((backend) => [backend.service.name, backend]));
      return [...backends.values()].flatMap(({ field, service: ref }) => {
        const service = objects.services.get(ref.namespace, ref.name);
        if (!service || service.spec?.type === "ExternalName" || isYoung(service, asOf)) return [];
        const endpoints = endpointsOf(service, objects);
        if (!endpoints.known || endpoints.ready > 0) return [];
        return [
          {
            object,
            subject: ref.name,
            title: `${nameOf(ref)} behind ${nameOf(object)} has no ready endpoint`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(object, `${field}.name`, ref.name),
              fieldEvidence(ref, "ready endpoints", endpoints.ready),
            ] as const,
            because: [ref],
            details: { service_name: ref.name },
          },
        ];
      });
    }),
});
