import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { isHealthyPod, podCondition } from "../kube/pods.ts";
import { matchesLabels } from "../kube/selectors.ts";
import type { Serving } from "./state.ts";

/** What a target's status says, beside the verdict: how well it serves, and the fields that its tool publishes. */
export interface TargetStatus {
  readonly serving: Serving;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function podStatus(pod: ObjectOf<"pods">): TargetStatus {
  const { phase, conditions = [] } = pod.status ?? {};
  return {
    serving: phase === undefined ? "unknown" : isHealthyPod(pod) ? "all" : "none",
    fields: {
      status: {
        phase: phase ?? "Unknown",
        conditions: conditions.map(({ type, status, reason, message }) => ({
          type,
          status,
          ...(reason !== undefined && { reason }),
          ...(message !== undefined && { message }),
        })),
      },
    },
  };
}

export interface Replicas {
  readonly desired: number;
  readonly ready: number;
  readonly available: number;
  readonly updated: number;
}

export function replicaStatus(replicas: Replicas): TargetStatus {
  const { desired, available } = replicas;
  const serving = available >= desired ? "all" : available > 0 ? "some" : "none";
  return { serving, fields: { replicas } };
}

export function deploymentStatus({
  spec,
  status,
}: ObjectOf<"deployments"> | ObjectOf<"statefulSets">): TargetStatus {
  return replicaStatus({
    desired: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
  });
}

export function replicaSetStatus({ spec, status }: ObjectOf<"replicaSets">): TargetStatus {
  return replicaStatus({
    desired: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    updated: status?.replicas ?? 0,
  });
}

export function daemonSetStatus({ status }: ObjectOf<"daemonSets">): TargetStatus {
  return replicaStatus({
    desired: status?.desiredNumberScheduled ?? 0,
    ready: status?.numberReady ?? 0,
    available: status?.numberAvailable ?? 0,
    updated: status?.updatedNumberScheduled ?? 0,
  });
}

export function jobStatus({ spec, status }: ObjectOf<"jobs">): TargetStatus {
  const is = (type: string): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
  return {
    serving: is("Failed") ? "none" : "all",
    fields: {
      status: {
        phase: is("Complete")
          ? "Complete"
          : is("Failed")
            ? "Failed"
            : is("Suspended")
              ? "Suspended"
              : "Running",
        active: status?.active ?? 0,
        succeeded: status?.succeeded ?? 0,
        failed: status?.failed ?? 0,
        completions: spec?.completions ?? 1,
      },
    },
  };
}

export function cronJobStatus({ spec, status }: ObjectOf<"cronJobs">): TargetStatus {
  return {
    serving: "all",
    fields: {
      status: {
        schedule: spec?.schedule ?? "",
        suspended: spec?.suspend ?? false,
        active: status?.active?.length ?? 0,
        ...(status?.lastScheduleTime && { last_schedule_time: status.lastScheduleTime }),
        ...(status?.lastSuccessfulTime && { last_successful_time: status.lastSuccessfulTime }),
      },
    },
  };
}

export function serviceStatus(service: ObjectOf<"services">, objects: Objects): TargetStatus {
  const type = service.spec?.type ?? "ClusterIP";
  return {
    serving: type === "ExternalName" ? "all" : servingOf(service, objects),
    fields: { service_type: type },
  };
}

/** By the endpoints where they are known, else by the selected Pods. */
function servingOf({ metadata, spec }: ObjectOf<"services">, objects: Objects): Serving {
  const { namespace, name } = metadata;
  const slices = objects.endpointSlices
    .in(namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === name);
  if (slices.length > 0 || objects.endpointSlices.knows(namespace)) {
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
    return share(endpoints.map(({ conditions }) => conditions?.ready !== false));
  }
  if (!spec?.selector || !objects.pods.knows(namespace)) return "unknown";
  const pods = objects.pods.in(namespace).filter((pod) => matchesLabels(spec.selector, pod.metadata.labels));
  return share(pods.map((pod) => podCondition(pod, "Ready")?.status === "True"));
}

function share(ready: readonly boolean[]): Serving {
  if (!ready.includes(true)) return "none";
  return ready.includes(false) ? "some" : "all";
}
