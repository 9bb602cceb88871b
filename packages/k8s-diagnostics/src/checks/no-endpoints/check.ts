import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { endpointsOf, hasSelector, podsOf, type ServiceEndpoints } from "../../kube/network/services.ts";
import { isReady, isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isStarting, isYoung } from "../../kube/starting.ts";

export const noEndpoints = defineCheck({
  id: "no_endpoints",
  title: "Service has no ready endpoint",
  when: "a Service with a selector has no ready endpoint, and its Pods are not just starting",
  severity: "high",
  level: "symptom",
  reads: ["services", "endpointSlices", "endpoints", "pods"],
  run: ({ objects, asOf }) =>
    objects.services.all
      .filter((service) => hasSelector(service) && !isTerminating(service))
      .flatMap((service) => {
        const endpoints = endpointsOf(service, objects);
        if (!endpoints.known || endpoints.exists === false || endpoints.ready > 0) return [];
        const pods = podsOf(service, objects);
        const comesUp = pods.length > 0 && pods.every((pod) => isStarting(pod, asOf));
        if (comesUp || (pods.length === 0 && isYoung(service, asOf))) return [];
        const object = refOf(service);
        return [
          {
            object,
            title: `${nameOf(object)} has no ready endpoint`,
            confidence: "certain" as const,
            evidence: [
              evidenceOf(service, endpoints),
              fieldEvidence(object, "spec.selector", service.spec?.selector),
            ] as const,
            because: pods.filter((pod) => !isReady(pod)).map(refOf),
            details: {
              service_type: service.spec?.type ?? "ClusterIP",
              selector: service.spec?.selector ?? {},
              selected_pods: pods.length,
              not_ready_endpoints: endpoints.notReady,
            },
          },
        ];
      }),
});

function evidenceOf(service: ObjectOf<"services">, { counted, notReady }: ServiceEndpoints) {
  const [object] = counted;
  if (!object) return fieldEvidence(refOf(service), "selected Pods that are ready", `0 of ${notReady}`);
  const field = object.kind === "Endpoints" ? "subsets[].addresses" : "endpoints[].conditions.ready";
  return fieldEvidence(object, field, `0 ready, ${notReady} not ready`);
}
