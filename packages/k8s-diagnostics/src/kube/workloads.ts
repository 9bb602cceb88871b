import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { controllerOf } from "./owners.ts";

/** An object that keeps a number of Pods running from a template. */
export type Workload = ReplicatedWorkload | ObjectOf<"daemonSets">;
type ReplicatedWorkload = ObjectOf<"deployments"> | ObjectOf<"statefulSets"> | ObjectOf<"replicaSets">;

export type WorkloadSources = Pick<Objects, "deployments" | "statefulSets" | "daemonSets" | "replicaSets">;

/** Deployments, StatefulSets, DaemonSets, and the ReplicaSets that belong to no Deployment; none being deleted. */
export function workloadsIn(objects: WorkloadSources, namespace?: string): readonly Workload[] {
  const pick = <T extends Workload>(view: { readonly all: readonly T[]; in(ns: string): readonly T[] }) =>
    namespace === undefined ? view.all : view.in(namespace);
  return [
    ...pick(objects.deployments),
    ...pick(objects.statefulSets),
    ...pick(objects.daemonSets),
    ...pick(objects.replicaSets).filter((set) => controllerOf(set) === undefined),
  ].filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

export function templateLabels({ spec }: Workload): Readonly<Record<string, string>> {
  return spec?.template?.metadata?.labels ?? {};
}

export function isDaemonSet(workload: Workload): workload is ObjectOf<"daemonSets"> {
  return workload.kind === "DaemonSet";
}

/** How many Pods a workload should have and has, in the words of a Deployment's status. */
export interface Replicas {
  readonly desired: number;
  readonly ready: number;
  readonly available: number;
  readonly updated: number;
}

export function replicasOf(workload: Workload): Replicas {
  if (isDaemonSet(workload)) {
    const { status } = workload;
    return {
      desired: status?.desiredNumberScheduled ?? 0,
      ready: status?.numberReady ?? 0,
      available: status?.numberAvailable ?? 0,
      updated: status?.updatedNumberScheduled ?? 0,
    };
  }
  const { spec, status } = workload;
  return {
    desired: spec?.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    updated: (status && "updatedReplicas" in status ? status.updatedReplicas : undefined) ?? 0,
  };
}

/** Where the number of ready Pods stands in the workload's status. */
export function readyField(kind: string): string {
  return kind === "DaemonSet" ? "status.numberReady" : "status.readyReplicas";
}
