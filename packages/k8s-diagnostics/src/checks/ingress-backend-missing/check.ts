import { isDnsLabel } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { nearestName } from "../../kube/nearest.ts";
import { backendsOf } from "../../kube/network/ingress.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { workloadsIn } from "../../kube/workloads.ts";

export const ingressBackendMissing = defineCheck({
  id: "ingress_backend_missing",
  title: "Ingress sends traffic to a Service that does not exist",
  when: "a backend of an Ingress names a Service that its namespace does not have",
  severity: "high",
  level: "cause",
  reads: ["ingresses", "services", "deployments", "statefulSets", "daemonSets", "replicaSets"],
  run: ({ objects }) =>
    objects.ingresses.all.flatMap((ingress) => {
      const object = refOf(ingress);
      return backendsOf(ingress)
        .filter(
          ({ service: { namespace, name } }) => isDnsLabel(name) && objects.services.knows(namespace, name),
        )
        .filter(({ service: { namespace, name } }) => objects.services.get(namespace, name) === undefined)
        .map(({ field, service }) => {
          const near = nearestName(
            service.name,
            objects.services.in(service.namespace).map(({ metadata }) => metadata.name),
          );
          return {
            object,
            subject: service.name,
            title: `${nameOf(object)} sends traffic to Service ${service.name}, which does not exist`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(object, `${field}.name`, service.name),
              fieldEvidence(service, "metadata.name", undefined),
            ] as const,
            affects: [object],
            // What was to be reached runs well and gets no traffic.
            related: workloadsIn(objects, service.namespace)
              .filter(({ metadata }) => metadata.name === service.name)
              .map(refOf),
            remedies: [
              {
                step: near
                  ? `Set ${field}.name of ${nameOf(object)} to ${near}, or create Service ${service.name}.`
                  : `Create Service ${service.name}, or set ${field}.name of ${nameOf(object)} to one that exists.`,
                ...(near && isDnsLabel(near) && fieldPatch(ingress, `${field}.name`, near)),
              },
            ],
          };
        });
    }),
});
