import type { ObjectOf, ObjectRef } from "@k8s-ops/k8s-cluster";

type Autoscaler = ObjectOf<"horizontalPodAutoscalers">;

/** The APIService through which autoscalers read CPU and memory. */
export const METRICS_API: ObjectRef = { kind: "APIService", namespace: "", name: "v1beta1.metrics.k8s.io" };

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

/** Whether a message of the HPA controller tells of the metrics API itself rather than of a workload. */
export function blamesMetricsApi(message: string): boolean {
  return /resource metrics API: (?:the server could not find|the server is currently unable|no matches)/.test(
    message,
  );
}
