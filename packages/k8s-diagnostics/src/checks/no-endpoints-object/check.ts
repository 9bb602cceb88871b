import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { endpointsOf, podsOf } from "../../kube/network/services.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const noEndpointsObject = defineCheck({
  id: "no_endpoints_object",
  title: "Service has neither EndpointSlice nor Endpoints",
  when: "no EndpointSlice and no Endpoints object exists for a Service that is no external name",
  severity: "high",
  level: "symptom",
  reads: ["services", "endpointSlices", "endpoints", "pods"],
  run: ({ objects, asOf }) =>
    objects.services.all
      .filter((service) => service.spec?.type !== "ExternalName" && !isTerminating(service))
      .filter((service) => !isYoung(service, asOf) && endpointsOf(service, objects).exists === false)
      .map((service) => {
        const object = refOf(service);
        const selects = Object.keys(service.spec?.selector ?? {}).length > 0;
        const pods = podsOf(service, objects);
        return {
          object,
          title: `${nameOf(object)} has neither an EndpointSlice nor an Endpoints object`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "EndpointSlices labelled kubernetes.io/service-name", undefined),
            fieldEvidence(object, "spec.selector", service.spec?.selector),
          ] as const,
          because: pods.map(refOf),
          remedies: [
            {
              step: selects
                ? `Check that kube-controller-manager works: it keeps the EndpointSlices of ${nameOf(object)}.`
                : `Give ${nameOf(object)} a selector, or create an EndpointSlice for it with the label kubernetes.io/service-name.`,
            },
          ],
          details: { service_type: service.spec?.type ?? "ClusterIP", selected_pods: pods.length },
        };
      }),
});
