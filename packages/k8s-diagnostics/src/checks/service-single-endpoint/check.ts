import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { endpointsOf, podsOf } from "../../kube/network/services.ts";
import { workloadOf } from "../../kube/owners.ts";
import { nameOf, refOf, sameRef } from "../../kube/refs.ts";
import { scaledTo } from "../../kube/remedy-parts.ts";

const READS = [
  "services",
  "endpointSlices",
  "endpoints",
  "pods",
  "ingresses",
  "replicaSets",
  "jobs",
  "deployments",
  "horizontalPodAutoscalers",
] as const;
type Read = Pick<Objects, (typeof READS)[number]>;

export const serviceSingleEndpoint = defineCheck({
  id: "service_single_endpoint",
  title: "Service that is reached from outside has a single endpoint",
  when: "a Service of type LoadBalancer or NodePort, or one behind an Ingress, has exactly one endpoint, so that a restart of its Pod interrupts it",
  severity: "low",
  level: "cause",
  reads: READS,
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
            remedies: [
              {
                step: `Run at least two replicas of what ${nameOf(object)} selects.`,
                ...doubled(service, objects),
              },
            ],
          },
        ];
      });
  },
});

/** Only of Deployments without claims: a volume may be for one Node, and a server of data may need to be told of its like. */
function doubled(service: ObjectOf<"services">, objects: Read): Pick<Remedy, "object" | "patch" | "call"> {
  const [pod, ...more] = podsOf(service, objects);
  if (!pod || more.length > 0 || pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim)) return {};
  const workload = workloadOf(pod, objects);
  if (workload.kind !== "Deployment") return {};
  const deployment = objects.deployments.get(workload.namespace, workload.name);
  if (!deployment || (deployment.spec?.replicas ?? 1) !== 1) return {};
  const autoscaler = objects.horizontalPodAutoscalers
    .in(workload.namespace)
    .find((each) => sameRef(scaleTarget(each), workload));
  if (!autoscaler) return scaledTo(workload, 2);
  const hasRoom = (autoscaler.spec?.maxReplicas ?? 1) > 1;
  return { object: refOf(autoscaler), ...(hasRoom && { patch: "spec:\n  minReplicas: 2\n" }) };
}

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
