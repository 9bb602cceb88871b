import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { autoscalerCondition, blamedMetrics, scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { nearestName } from "../../kube/nearest.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

type Autoscaler = ObjectOf<"horizontalPodAutoscalers">;
type Sources = Pick<Objects, "apiServices" | "deployments" | "statefulSets">;

/** As adapters and the HPA controller word it. */
const UNKNOWN =
  /(?:the server could not find the metric |no metrics returned from (?:custom|external) metrics API|metric \S{1,200} not found|no matching metrics found)/;
const CONTAINER = /container (\S{1,63}) not present in metrics for pod/;

export const hpaMetricMissing = defineCheck({
  id: "hpa_metric_missing",
  title: "The metric that an autoscaler asks for does not exist",
  when: "ScalingActive of a HorizontalPodAutoscaler is False because the metrics API is there and does not know the metric, its selector or its container",
  severity: "medium",
  level: "cause",
  reads: ["horizontalPodAutoscalers", "apiServices", "deployments", "statefulSets"],
  supersedes: ["hpa_not_scaling"],
  run: ({ objects, asOf }) =>
    objects.horizontalPodAutoscalers.all
      .filter((autoscaler) => !isYoung(autoscaler, asOf))
      .flatMap((autoscaler): readonly Finding[] => {
        const condition = autoscalerCondition(autoscaler, "ScalingActive");
        const message = condition?.message ?? "";
        if (condition?.status !== "False") return [];
        const container = CONTAINER.exec(message)?.[1];
        if (container !== undefined) return containerMissing(autoscaler, container, message, objects);
        return UNKNOWN.test(message) || isUnknownToApi(message, objects)
          ? [metricMissing(autoscaler, message)]
          : [];
      }),
});

/** External metrics are resources of their API: one that is not found is no resource there. */
function isUnknownToApi(message: string, { apiServices }: Sources): boolean {
  if (blamedMetrics(message) !== "external" || !/could not find the requested resource \(get /.test(message))
    return false;
  return apiServices.all.some(
    ({ metadata, status }) =>
      metadata.name.endsWith(".external.metrics.k8s.io") &&
      status?.conditions?.some(({ type, status: is }) => type === "Available" && is === "True"),
  );
}

function metricMissing(autoscaler: Autoscaler, message: string): Finding {
  const object = refOf(autoscaler);
  const isEmpty = message.includes("no metrics returned");
  return {
    object,
    title: isEmpty
      ? `No value is there of a metric that ${nameOf(object)} asks for`
      : `A metric that ${nameOf(object)} asks for does not exist`,
    confidence: isEmpty ? "likely" : "certain",
    evidence: [
      fieldEvidence(object, "status.conditions[ScalingActive].message", message),
      fieldEvidence(
        object,
        "spec.metrics",
        (autoscaler.spec?.metrics ?? []).filter(({ type }) => type !== "Resource"),
      ),
    ],
    affects: [object],
    remedies: [
      {
        step: `Correct the name and the selector of the metric in spec.metrics of ${nameOf(object)}, or let the metrics adapter export it: its configuration and log tell which it has.`,
      },
    ],
  };
}

function containerMissing(
  autoscaler: Autoscaler,
  container: string,
  message: string,
  objects: Sources,
): readonly Finding[] {
  const object = refOf(autoscaler);
  const target = scaleTarget(autoscaler);
  const names = containerNames(target, objects);
  const asked = (autoscaler.spec?.metrics ?? []).flatMap(
    ({ containerResource }) => containerResource?.container ?? [],
  );
  if (!isDnsLabel(container) || !asked.includes(container) || names?.includes(container)) return [];
  const near = nearestName(container, names ?? []) ?? (names?.length === 1 ? names[0] : undefined);
  const index = (autoscaler.spec?.metrics ?? []).findIndex(
    ({ containerResource }) => containerResource?.container === container,
  );
  const field = `spec.metrics[${index}].containerResource.container`;
  return [
    {
      object,
      subject: container,
      title: `${nameOf(object)} watches container ${container}, which ${nameOf(target)} does not have`,
      confidence: names ? "certain" : "likely",
      evidence: [
        fieldEvidence(object, field, container),
        ...(names ? [fieldEvidence(target, "spec.template.spec.containers (names)", names.join(", "))] : []),
        fieldEvidence(object, "status.conditions[ScalingActive].message", message),
      ],
      affects: [object],
      remedies: [
        {
          step:
            near !== undefined && isDnsLabel(near)
              ? `Set ${field} of ${nameOf(object)} to ${near}.`
              : `Set ${field} of ${nameOf(object)} to a container that ${nameOf(target)} has.`,
          ...(near !== undefined && isDnsLabel(near) && fieldPatch(autoscaler, field, near)),
        },
      ],
    },
  ];
}

function containerNames(
  { kind, namespace, name }: ObjectRef,
  objects: Sources,
): readonly string[] | undefined {
  const view = kind === "Deployment" ? objects.deployments : kind === "StatefulSet" && objects.statefulSets;
  const template = (view || undefined)?.get(namespace, name)?.spec?.template?.spec;
  return template && [...template.containers, ...(template.initContainers ?? [])].map((each) => each.name);
}
