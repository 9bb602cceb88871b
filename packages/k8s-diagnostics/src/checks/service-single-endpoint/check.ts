import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { endpointsOf } from "../../kube/network/services.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const serviceSingleEndpoint = defineCheck({
  id: "service_single_endpoint",
  title: "Service that is reached from outside has a single endpoint",
  when: "a Service of type LoadBalancer or NodePort, or one behind an Ingress, has exactly one endpoint, so that a restart of its Pod interrupts it",
  severity: "low",
  level: "cause",
  reads: ["services", "endpointSlices", "endpoints", "pods", "ingresses"],
  run: ({ objects }) => {
    const behind = new Set(objects.ingresses.all.flatMap(backendsOf));
    return objects.services.all
      .filter(({ metadata, spec }) => isExposed(spec?.type) || behind.has(keyOf(metadata)))
      .flatMap((service) => {
        const { known, ready, notReady } = endpointsOf(service, objects);
        if (!known || ready !== 1 || notReady > 0) return [];
        const object = refOf(service);
        return [
          {
            object,
            title: `${nameOf(object)} is reached from outside and has a single endpoint`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(object, "spec.type", service.spec?.type ?? "ClusterIP"),
              fieldEvidence(object, "ready endpoints", ready),
            ] as const,
            remedies: [{ step: `Run at least two replicas of what ${nameOf(object)} selects.` }],
          },
        ];
      });
  },
});

function isExposed(type: string | undefined): boolean {
  return type === "LoadBalancer" || type === "NodePort";
}

function backendsOf({ metadata: { namespace }, spec }: ObjectOf<"ingresses">): readonly string[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  return [spec?.defaultBackend, ...paths.map(({ backend }) => backend)].flatMap((backend) =>
    backend?.service?.name === undefined ? [] : [keyOf({ namespace, name: backend.service.name })],
  );
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
