import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { staysPaused } from "../effects.ts";
import { definePrecondition, type Situation } from "../precondition.ts";
import { told } from "../told.ts";

/** A rollout that takes all Pods down before new ones are Ready. Source: k8s.io/kubernetes pkg/controller/deployment */
export const downtime = definePrecondition({
  code: "downtime",
  when: "the rollout takes all Pods down before new ones are Ready",
  liftedBy: "warning",
  judge(situation) {
    const why = whyAllGoDown(situation);
    if (why === undefined) return [];
    return [
      {
        verdict: "warn",
        message: `No Pod of ${told(situation.target)} may be Ready during the rollout: ${why}.`,
      },
    ];
  },
});

function whyAllGoDown({ target, planned }: Situation): string | undefined {
  const { status } = target as { status?: { readyReplicas?: number } };
  if (!planned.rollsOut || (status?.readyReplicas ?? 0) === 0 || staysPaused(target, planned))
    return undefined;
  if (target.kind === "Deployment") return ofDeployment(target as ObjectOf<"deployments">);
  return target.kind === "StatefulSet" ? ofStatefulSet(target as ObjectOf<"statefulSets">) : undefined;
}

function ofDeployment({ spec }: ObjectOf<"deployments">): string | undefined {
  const { type, rollingUpdate } = spec?.strategy ?? {};
  if (type === "Recreate") return "its strategy is Recreate";
  const replicas = spec?.replicas ?? 1;
  const surge = amountOf(rollingUpdate?.maxSurge ?? "25%", replicas, Math.ceil);
  const asked = amountOf(rollingUpdate?.maxUnavailable ?? "25%", replicas, Math.floor);
  // Source: pkg/controller/deployment/util ResolveFenceposts
  const unavailable = surge === 0 && asked === 0 ? 1 : asked;
  if (replicas === 0 || unavailable < replicas) return undefined;
  return `maxUnavailable allows ${unavailable} of ${replicas} to be missing`;
}

function ofStatefulSet({ spec }: ObjectOf<"statefulSets">): string | undefined {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  const isReplaced = type !== "OnDelete" && (rollingUpdate?.partition ?? 0) === 0;
  return (spec?.replicas ?? 1) === 1 && isReplaced ? "it has one replica" : undefined;
}

function amountOf(value: unknown, of: number, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d{1,9})%$/.exec(String(value))?.[1];
  return percent === undefined ? 0 : round((Number(percent) * of) / 100);
}
