import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestWorkload, selectsNothing } from "../../kube/network/nearest-workload.ts";
import { isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

export const serviceWithoutBackingPods = defineCheck({
  id: "service_without_backing_pods",
  title: "Nothing has the labels that a Service selects",
  when: "no Pod and no workload of the namespace has the labels that a Service selects, nor nearly so",
  severity: "high",
  level: "cause",
  reads: ["services", "pods", "deployments", "statefulSets", "daemonSets", "replicaSets"],
  run: ({ objects, asOf }) =>
    objects.services.all
      .filter(
        (service) => !isTerminating(service) && !isYoung(service, asOf) && selectsNothing(service, objects),
      )
      .filter((service) => nearestWorkload(service, objects) === undefined)
      .map((service) => {
        const object = refOf(service);
        return {
          object,
          title: `No Pod and no workload has the labels that ${nameOf(object)} selects`,
          confidence: "likely" as const,
          evidence: [fieldEvidence(object, "spec.selector", service.spec?.selector)] as const,
          affects: [object],
          remedies: [
            {
              step: `Create the workload that ${nameOf(object)} should serve, set spec.selector to the labels of an existing one, or delete the Service.`,
            },
          ],
        };
      }),
});
