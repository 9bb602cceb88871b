import { isDnsLabel, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { autoscalerCondition, blamesMetricsApi, METRICS_API, scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { isYoung } from "../../kube/starting.ts";

type Autoscaler = ObjectOf<"horizontalPodAutoscalers">;

/** As the HPA controller words it; Kubernetes before 1.26 names neither container nor Pod. */
const MISSING_REQUEST = /missing request for (cpu|memory)(?: in container (\S{1,63}) of Pod \S{1,253})?/;

export const hpaNoMetrics = defineCheck({
  id: "hpa_no_metrics",
  title: "Autoscaler gets no metrics",
  when: "ScalingActive of a HorizontalPodAutoscaler is False because a container has no request for the resource, or because there is no metrics API",
  severity: "medium",
  level: "cause",
  reads: ["horizontalPodAutoscalers", "apiServices"],
  run: ({ objects, asOf }) =>
    objects.horizontalPodAutoscalers.all
      .filter((autoscaler) => !isYoung(autoscaler, asOf))
      .flatMap((autoscaler) => {
        const condition = autoscalerCondition(autoscaler, "ScalingActive");
        if (condition?.status !== "False" || condition.reason === "ScalingDisabled") return [];
        const message = condition.message ?? "";
        return missingRequest(autoscaler, message) ?? metricsApiMissing(autoscaler, message, objects) ?? [];
      }),
});

function missingRequest(autoscaler: Autoscaler, message: string): Finding | undefined {
  const [match, resource = "cpu", container] = MISSING_REQUEST.exec(message) ?? [];
  const object = scaleTarget(autoscaler);
  if (match === undefined || object.kind === "") return undefined;
  const named = container !== undefined && isDnsLabel(container) ? container : undefined;
  const list = `${podSpecPath(object.kind)}.containers`;
  const field = `${list}[${named ?? ""}].resources.requests.${resource}`;
  return {
    object,
    subject: named ?? resource,
    title: named
      ? `Container ${named} of ${nameOf(object)} has no ${resource} request, which its autoscaler needs`
      : `A container of ${nameOf(object)} has no ${resource} request, which its autoscaler needs`,
    confidence: "certain",
    evidence: [
      fieldEvidence(refOf(autoscaler), "status.conditions[ScalingActive].message", message),
      fieldEvidence(object, field, undefined),
    ],
    affects: [refOf(autoscaler)],
    remedies: [
      {
        step: named
          ? `Set ${field} of ${nameOf(object)}.`
          : `Set a ${resource} request for every container under ${list} of ${nameOf(object)}.`,
      },
    ],
  };
}

function metricsApiMissing(
  autoscaler: Autoscaler,
  message: string,
  objects: Pick<Objects, "apiServices">,
): Finding | undefined {
  const { name } = METRICS_API;
  if (!blamesMetricsApi(message) || objects.apiServices.get("", name)) return undefined;
  const isKnown = objects.apiServices.knows("", name);
  return {
    object: METRICS_API,
    title: "The cluster has no metrics API, which autoscalers need",
    confidence: isKnown ? "certain" : "likely",
    evidence: [
      fieldEvidence(refOf(autoscaler), "status.conditions[ScalingActive].message", message),
      ...(isKnown ? [fieldEvidence(METRICS_API, "metadata.name", undefined)] : []),
    ],
    affects: [refOf(autoscaler)],
    remedies: [{ step: "Install metrics-server, which brings APIService v1beta1.metrics.k8s.io." }],
  };
}
