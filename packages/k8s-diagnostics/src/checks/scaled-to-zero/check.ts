import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Remedy } from "../../check.ts";
import { autoscalerCondition, scaleTarget } from "../../kube/autoscalers.ts";
import { type LastWrite, writesOf } from "../../kube/changes.ts";
import { eventsOf } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { endpointsOf, podsOf, servicesSelectingLabels } from "../../kube/network/services.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { isDaemonSet, templateLabels, type Workload, workloadsIn } from "../../kube/workloads.ts";

type Autoscaler = ObjectOf<"horizontalPodAutoscalers">;

export const scaledToZero = defineCheck({
  id: "scaled_to_zero",
  title: "Workload is scaled to zero",
  when: "a workload wants no replicas; high when a Service that selects its Pods has no endpoints because of it, unless KEDA scales it",
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
    "horizontalPodAutoscalers",
  ],
  run: ({ objects }) =>
    workloadsIn(objects).flatMap((workload) => {
      if (isDaemonSet(workload) || workload.spec?.replicas !== 0) return [];
      const object = refOf(workload);
      const starved = servicesSelectingLabels(object.namespace, templateLabels(workload), objects).filter(
        (service) => endpointsOf(service, objects).ready === 0 && podsOf(service, objects).length === 0,
      );
      const scaled = lastScale(workload, objects);
      const writer = writerOf(workload);
      const autoscaler = autoscalerOf(workload, objects);
      const byDesign = isByDesign(writer, autoscaler);
      return [
        {
          object,
          title: `${nameOf(object)} is scaled to zero`,
          confidence: "certain" as const,
          severity: starved.length > 0 && !byDesign ? ("high" as const) : ("low" as const),
          evidence: [
            fieldEvidence(object, "spec.replicas", 0),
            ...(scaled ? [scaled.evidence] : []),
            ...(writer ? [fieldEvidence(object, "metadata.managedFields", writer)] : []),
            ...(autoscaler ? [autoscalerEvidence(autoscaler)] : []),
          ] as const,
          affects: starved.map(refOf),
          ...(autoscaler && { related: [refOf(autoscaler)] }),
          remedies: [
            scaleUp(
              object,
              scaled?.before ?? replicasBefore(workload) ?? autoscaler?.spec?.minReplicas ?? 1,
              autoscaler,
            ),
          ],
          ...(writer && { details: { scaled_by: writer.manager, scaled_at: writer.at } }),
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

/** Who wrote the number of replicas last, as far as managedFields tell: through `scale`, else the object itself. */
function writerOf(workload: Workload): LastWrite | undefined {
  const [newest, ...others] = writesOf(workload);
  if (!newest || newest.manager === "") return undefined;
  return newest.subresource === "scale"
    ? newest
    : (others.find(({ subresource }) => subresource === "scale") ?? newest);
}

function autoscalerOf(workload: Workload, objects: Pick<Objects, "horizontalPodAutoscalers">) {
  const key = refKey(refOf(workload));
  return objects.horizontalPodAutoscalers
    .in(workload.metadata.namespace)
    .find((autoscaler) => refKey(scaleTarget(autoscaler)) === key);
}

/** KEDA takes the last replica away while there is nothing to do, which no HorizontalPodAutoscaler of its own does. */
function isByDesign(writer: LastWrite | undefined, autoscaler: Autoscaler | undefined): boolean {
  const isOfKeda = autoscaler?.metadata.labels?.["scaledobject.keda.sh/name"] !== undefined;
  return isOfKeda || /^keda/.test(writer?.manager ?? "");
}

function autoscalerEvidence(autoscaler: Autoscaler): Evidence {
  const condition = autoscalerCondition(autoscaler, "ScalingActive");
  return condition
    ? fieldEvidence(refOf(autoscaler), "status.conditions[ScalingActive]", condition)
    : fieldEvidence(refOf(autoscaler), "spec.scaleTargetRef", autoscaler.spec?.scaleTargetRef);
}

/** What tools that scale down at night write down. */
function replicasBefore({ metadata }: Workload): number | undefined {
  const noted = Number(metadata.annotations?.["downscaler/original-replicas"]);
  return Number.isSafeInteger(noted) && noted > 0 ? noted : undefined;
}

function scaleUp(
  { kind, namespace, name }: ObjectRef,
  replicas: number,
  autoscaler: Autoscaler | undefined,
): Remedy {
  const why = autoscaler ? ` ${nameOf(refOf(autoscaler))} does nothing until then.` : "";
  return {
    step: `Scale ${kind} ${name} up, for example to ${replicas}, if it should run.${why}`,
    patch: `spec:\n  replicas: ${replicas}\n`,
    ...(kind === "Deployment" && {
      call: {
        tool: "remediate_scale_deployment",
        arguments: { namespace, deployment_name: name, replicas },
      },
    }),
  };
}
