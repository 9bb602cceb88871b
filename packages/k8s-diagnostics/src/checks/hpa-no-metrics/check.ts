import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { autoscalerCondition, blamedMetrics, metricsApi, scaleTarget } from "../../kube/autoscalers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { setResources } from "../../kube/resource-remedies.ts";
import { isYoung } from "../../kube/starting.ts";

type Autoscaler = ObjectOf<"horizontalPodAutoscalers">;
type Workloads = Pick<Objects, "deployments" | "statefulSets">;

/** As the HPA controller words it; Kubernetes before 1.26 names neither container nor Pod. */
const MISSING_REQUEST = /missing request for (cpu|memory)(?: in container (\S{1,63})(?: of Pod \S{1,253})?)?/;

/** What a small program is often given; the remedy says that it is an example. */
const EXAMPLE: Readonly<Record<string, string>> = { cpu: "100m", memory: "128Mi" };

const PROVIDERS = {
  resource: "Install metrics-server, which brings APIService v1beta1.metrics.k8s.io.",
  custom:
    "Install an adapter that serves custom metrics (prometheus-adapter, for example), which brings APIService v1beta1.custom.metrics.k8s.io.",
  external:
    "Install what serves external metrics (KEDA or an adapter of the monitoring system), which brings APIService v1beta1.external.metrics.k8s.io.",
} as const;

export const hpaNoMetrics = defineCheck({
  id: "hpa_no_metrics",
  title: "Autoscaler gets no metrics",
  when: "ScalingActive of a HorizontalPodAutoscaler is False because a container has no request for the resource, or because there is no API for its kind of metrics",
  severity: "medium",
  level: "cause",
  reads: ["horizontalPodAutoscalers", "apiServices", "deployments", "statefulSets"],
  run: ({ objects, asOf }) =>
    objects.horizontalPodAutoscalers.all
      .filter((autoscaler) => !isYoung(autoscaler, asOf))
      .flatMap((autoscaler) => {
        const condition = autoscalerCondition(autoscaler, "ScalingActive");
        if (condition?.status !== "False" || condition.reason === "ScalingDisabled") return [];
        const message = condition.message ?? "";
        return (
          missingRequest(autoscaler, message, objects) ??
          metricsApiMissing(autoscaler, message, objects) ??
          []
        );
      }),
});

function missingRequest(autoscaler: Autoscaler, message: string, objects: Workloads): Finding | undefined {
  const [match, resource = "cpu", container] = MISSING_REQUEST.exec(message) ?? [];
  const object = scaleTarget(autoscaler);
  if (match === undefined || object.kind === "") return undefined;
  const named = container !== undefined && isDnsLabel(container) ? container : undefined;
  const containers = templateContainers(object, objects);
  const lacking = named
    ? [named]
    : (containers ?? [])
        .filter(({ resources }) => resources?.requests?.[resource] === undefined)
        .map(({ name }) => name)
        .filter(isDnsLabel);
  const [only] = lacking;
  const list = `${podSpecPath(object.kind)}.containers`;
  const subject = lacking.length === 1 ? only : undefined;
  return {
    object,
    subject: subject ?? resource,
    title: subject
      ? `Container ${subject} of ${nameOf(object)} has no ${resource} request, which its autoscaler needs`
      : `A container of ${nameOf(object)} has no ${resource} request, which its autoscaler needs`,
    confidence: "certain",
    evidence: [
      fieldEvidence(refOf(autoscaler), "status.conditions[ScalingActive].message", message),
      fieldEvidence(object, `${list}[${subject ?? ""}].resources.requests.${resource}`, undefined),
    ],
    affects: [refOf(autoscaler)],
    remedies: [
      containers && named && !containers.some(({ name }) => name === named)
        ? {
            step: `Set a ${resource} request for container ${named} where it is injected: the template of ${nameOf(object)} does not have it. Or let the autoscaler watch one container with a metric of type ContainerResource.`,
          }
        : setRequest(object, lacking, resource, list),
    ],
  };
}

function templateContainers({ kind, namespace, name }: ObjectRef, objects: Workloads) {
  const view = kind === "Deployment" ? objects.deployments : kind === "StatefulSet" && objects.statefulSets;
  return (view || undefined)?.get(namespace, name)?.spec?.template?.spec?.containers;
}

function setRequest(
  object: ObjectRef,
  containers: readonly string[],
  resource: string,
  list: string,
): Remedy {
  const amount = EXAMPLE[resource];
  const [only] = containers;
  if (amount === undefined || only === undefined) {
    return { step: `Set a ${resource} request for every container under ${list} of ${nameOf(object)}.` };
  }
  const requests = { [resource]: amount };
  return {
    step: `Set ${list}[${containers.join(", ")}].resources.requests.${resource} of ${nameOf(object)} to what the container usually uses, for example ${amount}.`,
    ...setResources(
      object,
      containers.map((container) => ({ container, requests })),
    ),
  };
}

function metricsApiMissing(
  autoscaler: Autoscaler,
  message: string,
  objects: Pick<Objects, "apiServices">,
): Finding | undefined {
  const kind = blamedMetrics(message);
  if (!kind) return undefined;
  const api = metricsApi(kind);
  const suffix = api.name.slice(api.name.indexOf("."));
  if (objects.apiServices.all.some(({ metadata }) => metadata.name.replace(/^[^.]*/, "") === suffix))
    return undefined;
  const isKnown = objects.apiServices.knows("", api.name);
  return {
    object: api,
    title:
      kind === "resource"
        ? "The cluster has no metrics API, which autoscalers need"
        : `The cluster has no ${kind} metrics API, which ${nameOf(refOf(autoscaler))} needs`,
    confidence: isKnown ? "certain" : "likely",
    evidence: [
      fieldEvidence(refOf(autoscaler), "status.conditions[ScalingActive].message", message),
      ...(isKnown ? [fieldEvidence(api, "metadata.name", undefined)] : []),
    ],
    affects: [refOf(autoscaler)],
    remedies: [{ step: PROVIDERS[kind] }],
  };
}
