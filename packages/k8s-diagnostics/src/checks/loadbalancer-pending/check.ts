import { defineCheck } from "../../check.ts";
import { latestEvent } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const loadbalancerPending = defineCheck({
  id: "loadbalancer_pending",
  title: "Load balancer has no address yet",
  when: "a Service of type LoadBalancer older than a minute has no ingress address in its status",
  severity: "medium",
  level: "symptom",
  reads: ["services", "events"],
  run: ({ objects, asOf }) =>
    objects.services.all
      .filter(({ spec, status }) => spec?.type === "LoadBalancer" && !status?.loadBalancer?.ingress?.length)
      .filter((service) => !isYoung(service, asOf) && !isTerminating(service))
      .map((service) => {
        const object = refOf(service);
        const event = latestEvent(service, objects, "SyncLoadBalancerFailed", "AllocationFailed");
        return {
          object,
          title: `The load balancer of ${nameOf(object)} has no address`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "status.loadBalancer.ingress", undefined),
            ...(event ? [eventEvidence(object, event)] : []),
          ] as const,
          details: {
            service_type: "LoadBalancer",
            ...(event && { reason: event.reason, message: event.message }),
          },
        };
      }),
});
