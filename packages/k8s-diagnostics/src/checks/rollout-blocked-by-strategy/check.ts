import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podCondition, podsControlledBy } from "../../kube/pods.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { currentReplicaSet, replicaSetsOf } from "../../kube/rollout.ts";
import { changedFields } from "../../kube/template-changes.ts";

type Deployment = ObjectOf<"deployments">;

/** As the scheduler words what a Pod that goes away would free. */
const FREED_BY_OLD_POD = /Insufficient \S|didn't have free ports|Too many pods/;

export const rolloutBlockedByStrategy = defineCheck({
  id: "rollout_blocked_by_strategy",
  title: "Rollout keeps every old Pod while the new one has no room",
  when: "maxUnavailable comes to 0, and the additional Pod of the new revision cannot be scheduled for want of what the old Pods hold",
  severity: "medium",
  level: "cause",
  reads: ["deployments", "replicaSets", "pods"],
  run: ({ objects }) =>
    objects.deployments.all.filter(keepsAllOldPods).flatMap((deployment) => {
      const current = currentReplicaSet(deployment, objects);
      const old = replicaSetsOf(deployment, objects).find(
        (set) => set !== current && (set.status?.readyReplicas ?? 0) > 0,
      );
      if (!current || !old || asksForMore(old, current)) return [];
      const stuck = podsControlledBy(refOf(current), objects).filter((pod) => {
        const scheduled = podCondition(pod, "PodScheduled");
        return scheduled?.reason === "Unschedulable" && FREED_BY_OLD_POD.test(scheduled.message ?? "");
      });
      const [first] = stuck;
      if (!first) return [];
      const object = refOf(deployment);
      return [
        {
          object,
          title: `The rollout of ${nameOf(object)} may take no old Pod away and finds no room for a new one`,
          confidence: "possible" as const,
          evidence: [
            fieldEvidence(object, "spec.strategy.rollingUpdate.maxUnavailable", maxUnavailable(deployment)),
            fieldEvidence(
              refOf(first),
              "status.conditions[PodScheduled]",
              podCondition(first, "PodScheduled"),
            ),
          ] as const,
          affects: stuck.map(refOf),
          remedies: [
            {
              step: `Let the rollout of ${nameOf(object)} take one Pod away at a time: set spec.strategy.rollingUpdate.maxUnavailable to 1.`,
              patch: "spec:\n  strategy:\n    rollingUpdate:\n      maxUnavailable: 1\n",
            },
          ],
        },
      ];
    }),
});

function maxUnavailable({ spec }: Deployment): string | number {
  return (spec?.strategy?.rollingUpdate?.maxUnavailable as string | number | undefined) ?? "25%";
}

/** Percentages of maxUnavailable are rounded down. */
function keepsAllOldPods(deployment: Deployment): boolean {
  if (deployment.spec?.strategy?.type === "Recreate") return false;
  const value = String(maxUnavailable(deployment));
  const share = value.endsWith("%")
    ? (Number(value.slice(0, -1)) / 100) * (deployment.spec?.replicas ?? 1)
    : value;
  return Math.floor(Number(share)) === 0;
}

/** A revision that wants more than the one before would not fit in its place either. */
function asksForMore(old: ObjectOf<"replicaSets">, current: ObjectOf<"replicaSets">): boolean {
  const placed = ["nodeSelector", "affinity", "tolerations"];
  const changed = changedFields(old.spec?.template, current.spec?.template);
  if (changed.some((path) => placed.some((field) => path.startsWith(`spec.${field}`)))) return true;
  return ["cpu", "memory"].some((resource) => requested(current, resource) > requested(old, resource));
}

function requested({ spec }: ObjectOf<"replicaSets">, resource: string): number {
  return (spec?.template?.spec?.containers ?? [])
    .map(({ resources }) => parseQuantity(resources?.requests?.[resource]) ?? 0)
    .reduce((sum, value) => sum + value, 0);
}
