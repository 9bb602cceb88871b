import { defineCheck } from "../../check.ts";
import { eventsOf } from "../../kube/events.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

/** A controller that exists says something about a new Service within this time. */
const PATIENCE_SECONDS = 300;

export const loadBalancerControllerMissing = defineCheck({
  id: "load_balancer_controller_missing",
  title: "No controller provides load balancers",
  when: "a Service of type LoadBalancer has waited for more than five minutes, and no controller has said anything about it",
  severity: "medium",
  level: "cause",
  reads: ["services", "events"],
  run: ({ objects, asOf }) => {
    const served = objects.services.all.some(({ status }) => status?.loadBalancer?.ingress?.length);
    return objects.services.all.flatMap((service) => {
      const { spec, status, metadata } = service;
      const age = secondsBetween(metadata.creationTimestamp, asOf) ?? 0;
      if (spec?.type !== "LoadBalancer" || status?.loadBalancer?.ingress?.length || isTerminating(service))
        return [];
      if (age < PATIENCE_SECONDS || !objects.events.knows(metadata.namespace)) return [];
      if (hasFinalizer(metadata.finalizers) || eventsOf(service, objects).length > 0) return [];
      const object = refOf(service);
      const className = spec.loadBalancerClass;
      return [
        {
          object,
          title: `No controller provides a load balancer for ${nameOf(object)}`,
          confidence: served && className === undefined ? ("possible" as const) : ("likely" as const),
          evidence: [
            fieldEvidence(object, "status.loadBalancer.ingress", undefined),
            fieldEvidence(object, "spec.loadBalancerClass", className),
            fieldEvidence(object, "metadata.finalizers", metadata.finalizers),
            fieldEvidence(object, "events", undefined),
          ] as const,
          affects: [object],
          remedies: [
            {
              step: `Install a load balancer controller (the cloud provider's, or one for bare metal), or change spec.type of ${nameOf(object)} to NodePort or ClusterIP and reach it through an Ingress.`,
              patch: "spec:\n  type: NodePort\n",
            },
          ],
        },
      ];
    });
  },
});

/** Cloud controllers mark a Service before they do anything else. Source: k8s.io/cloud-provider service/helpers */
function hasFinalizer(finalizers: readonly string[] | undefined): boolean {
  return finalizers?.some((name) => name.includes("load-balancer") || name.includes("loadbalancer")) === true;
}
