import type { KubeObject, Objects } from "@k8s-ops/k8s-cluster";
import { budgetPods } from "@k8s-ops/k8s-diagnostics/kube";
import type { Planned } from "../action.ts";
import type { BlastRadius } from "./plan.ts";

const MOST_NAMES = 10;

/** How far a plan reaches: replicas of the target, Pods that end, budgets that protect them. */
export function blastRadius(target: KubeObject, { ends }: Planned, objects: Objects): BlastRadius {
  const replicas = replicasOf(target);
  const uids = new Set(ends.map(({ metadata }) => metadata.uid));
  const budgets = objects.podDisruptionBudgets.all
    .filter((budget) => budgetPods(budget, objects).some(({ metadata }) => uids.has(metadata.uid)))
    .map(({ metadata, status }) => ({
      name: metadata.name,
      disruptions_allowed: status?.disruptionsAllowed ?? 0,
    }));
  return {
    ...(replicas && { replicas }),
    pods_ending: ends.length,
    ...(ends.length > 0 && { pods: ends.slice(0, MOST_NAMES).map(({ metadata }) => metadata.name) }),
    ...(budgets.length > 0 && { budgets: budgets.slice(0, MOST_NAMES) }),
  };
}

function replicasOf(target: KubeObject): BlastRadius["replicas"] {
  const { spec, status } = target as {
    spec?: { replicas?: number };
    status?: { readyReplicas?: number; desiredNumberScheduled?: number; numberReady?: number };
  };
  if (status?.desiredNumberScheduled !== undefined) {
    return { desired: status.desiredNumberScheduled, ready: status.numberReady ?? 0 };
  }
  if (spec?.replicas === undefined) return undefined;
  return { desired: spec.replicas, ready: status?.readyReplicas ?? 0 };
}
