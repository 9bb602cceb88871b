import type { KubeObject, ObjectOf, Objects, ResourceKey } from "@k8s-ops/k8s-cluster";
import { gatewayStatus, httpRouteStatus, ingressStatus } from "../status/routes.ts";
import {
  cronJobStatus,
  daemonSetStatus,
  deploymentStatus,
  jobStatus,
  podStatus,
  replicaSetStatus,
  serviceStatus,
  type TargetStatus,
} from "../status/workloads.ts";

interface TargetKind {
  readonly resource: ResourceKey;
  status(object: KubeObject, objects: Objects): TargetStatus;
}

function target<K extends ResourceKey>(
  resource: K,
  status: (object: ObjectOf<K>, objects: Objects) => TargetStatus,
): TargetKind {
  return { resource, status: (object, objects) => status(object as ObjectOf<K>, objects) };
}

/** The kinds that can be asked about by name. */
export const TARGETS = {
  Pod: target("pods", podStatus),
  Deployment: target("deployments", deploymentStatus),
  StatefulSet: target("statefulSets", deploymentStatus),
  DaemonSet: target("daemonSets", daemonSetStatus),
  ReplicaSet: target("replicaSets", replicaSetStatus),
  Job: target("jobs", jobStatus),
  CronJob: target("cronJobs", cronJobStatus),
  Service: target("services", serviceStatus),
  Ingress: target("ingresses", ingressStatus),
  Gateway: target("gateways", gatewayStatus),
  HTTPRoute: target("httpRoutes", httpRouteStatus),
} as const satisfies Record<string, TargetKind>;

export type TargetName = keyof typeof TARGETS;
