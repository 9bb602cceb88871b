import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";

type Autoscaler = ObjectOf<"horizontalPodAutoscalers">;

export function autoscalerCondition({ status }: Autoscaler, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** What the autoscaler scales. */
export function scaleTarget({ metadata, spec }: Autoscaler): ObjectRef {
  return {
    kind: spec?.scaleTargetRef.kind ?? "",
    namespace: metadata.namespace,
    name: spec?.scaleTargetRef.name ?? "",
  };
}

const API = {
  resource: "v1beta1.metrics.k8s.io",
  custom: "v1beta1.custom.metrics.k8s.io",
  external: "v1beta1.external.metrics.k8s.io",
} as const;

export type MetricsKind = keyof typeof API;

/** The APIService through which autoscalers read metrics of a kind: CPU and memory, those of objects, or others. */
export function metricsApi(kind: MetricsKind): ObjectRef {
  return { kind: "APIService", namespace: "", name: API[kind] };
}

/** The kind of metrics API that a message of the HPA controller blames, rather than a workload or a single metric. */
export function blamedMetrics(message: string): MetricsKind | undefined {
  const words =
    /(resource|custom|external) metrics API: (?:the server could not find the requested|the server is currently unable|no matches|no (?:custom|external) metrics API)/;
  return words.exec(message)?.[1] as MetricsKind | undefined;
}

/** The metrics API that the autoscaler misses, by its own words. */
export function missedMetricsApi(autoscaler: Autoscaler): ObjectRef | undefined {
  const kind = blamedMetrics(autoscalerCondition(autoscaler, "ScalingActive")?.message ?? "");
  return kind && metricsApi(kind);
}
