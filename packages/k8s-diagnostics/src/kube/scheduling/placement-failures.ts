import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { podSpecPath, workloadOf } from "../owners.ts";
import { nameOf, refOf } from "../refs.ts";
import { type Placement, placementOf } from "./placement.ts";
import type { ObstacleKind } from "./scheduler-message.ts";
import { type UnschedulablePod, unschedulablePods } from "./unschedulable.ts";

/** What checks of the scheduler's refusals read. */
export const PLACEMENT_READS = [
  "pods",
  "events",
  "replicaSets",
  "jobs",
  "nodes",
  "persistentVolumeClaims",
  "persistentVolumes",
] as const;

export interface PlacementFailure extends UnschedulablePod {
  readonly ref: ObjectRef;
  readonly workload: ObjectRef;
  /** Path of the Pod's spec in the workload. */
  readonly base: string;
  /** Undefined when the Nodes are not known or do not fit the scheduler's words. */
  readonly placement: Placement | undefined;
}

export function placementFailures(
  objects: Pick<Objects, (typeof PLACEMENT_READS)[number]>,
): readonly PlacementFailure[] {
  return unschedulablePods(objects).map((unschedulable) => {
    const workload = workloadOf(unschedulable.pod, objects);
    return {
      ...unschedulable,
      ref: refOf(unschedulable.pod),
      workload,
      base: podSpecPath(workload.kind),
      placement: placementOf(unschedulable.pod, unschedulable.message, objects),
    };
  });
}

/** Whether every reason that the scheduler gave is of these kinds, for the case that the Nodes are not known. */
export function onlySays(
  { message, placement }: PlacementFailure,
  ...kinds: readonly ObstacleKind[]
): boolean {
  const clauses = message?.clauses ?? [];
  return placement === undefined && clauses.length > 0 && clauses.every(({ kind }) => kinds.includes(kind));
}

/** `the Pods of Deployment web`, or `Pod web-1`. */
export function podsOf(workload: ObjectRef): string {
  return workload.kind === "Pod" ? nameOf(workload) : `the Pods of ${nameOf(workload)}`;
}
