import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Remedy } from "../../check.ts";
import { eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { endpointsOf, podsOf, servicesSelectingLabels } from "../../kube/network/services.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isDaemonSet, templateLabels, type Workload, workloadsIn } from "../../kube/workloads.ts";

export const scaledToZero = defineCheck({
  id: "scaled_to_zero",
  title: "Workload is scaled to zero",
  when: "a workload wants no replicas; high when a Service that selects its Pods has no endpoints because of it",
  severity: "low",
  level: "cause",
  reads: [
    "deployments",
    "statefulSets",
    "daemonSets",
    "replicaSets",
    "services",
    "endpointSlices",
    "endpoints",
    "pods",
    "events",
  ],
  run: ({ objects }) =>
    workloadsIn(objects).flatMap((workload) => {
      if (isDaemonSet(workload) || workload.spec?.replicas !== 0) return [];
      const object = refOf(workload);
      const starved = servicesSelectingLabels(object.namespace, templateLabels(workload), objects).filter(
        (service) => endpointsOf(service, objects).ready === 0 && podsOf(service, objects).length === 0,
      );
      const scaled = lastScale(workload, objects);
      return [
        {
          object,
          title: `${nameOf(object)} is scaled to zero`,
          confidence: "certain" as const,
          severity: starved.length > 0 ? ("high" as const) : ("low" as const),
          evidence: [
            fieldEvidence(object, "spec.replicas", 0),
            ...(scaled ? [scaled.evidence] : []),
          ] as const,
          affects: starved.map(refOf),
          remedies: [scaleUp(object, scaled?.before ?? 1)],
        },
      ];
    }),
});

/** As the Deployment controller words it; it names the number before since 1.23. */
const SCALED_DOWN = /^Scaled down replica set \S{1,253} (?:from (\d{1,6}) )?to 0\b/;

function lastScale(
  workload: Workload,
  objects: Pick<Objects, "events">,
): { readonly evidence: Evidence; readonly before: number | undefined } | undefined {
  const event = eventsOf(workload, objects).find(({ reason }) => reason === "ScalingReplicaSet");
  const match = SCALED_DOWN.exec(event?.message ?? "");
  if (!event || !match) return undefined;
  const before = Number(match[1] ?? Number.NaN);
  return {
    evidence: eventEvidence(refOf(workload), event),
    before: before > 0 ? before : undefined,
  };
}

function scaleUp({ kind, namespace, name }: ObjectRef, replicas: number): Remedy {
  return {
    step: `Scale ${kind} ${name} up, for example to ${replicas}, if it should run.`,
    patch: `spec:\n  replicas: ${replicas}\n`,
    ...(kind === "Deployment" && {
      call: {
        tool: "remediate_scale_deployment",
        arguments: { namespace, deployment_name: name, replicas },
      },
    }),
  };
}
