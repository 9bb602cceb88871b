import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isFinished, isReady, isTerminating, podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { replicaSetsOf } from "../../kube/rollout.ts";
import { isStarting, isYoung } from "../../kube/starting.ts";
import { isDaemonSet, readyField, replicasOf, type Workload, workloadsIn } from "../../kube/workloads.ts";

export const insufficientReplicas = defineCheck({
  id: "insufficient_replicas",
  title: "Fewer replicas are ready than wanted",
  when: "a Deployment, StatefulSet, DaemonSet or ReplicaSet has fewer ready Pods than wanted, and they are not just starting",
  severity: "high",
  level: "symptom",
  reads: ["deployments", "statefulSets", "daemonSets", "replicaSets", "pods"],
  run: ({ objects, asOf }) =>
    workloadsIn(objects).flatMap((workload) => {
      const replicas = replicasOf(workload);
      const { desired, ready } = replicas;
      if (ready >= desired) return [];
      const sets = replicaSetsBelow(workload, objects);
      const pods = [workload, ...sets].flatMap((owner) => podsControlledBy(refOf(owner), objects));
      if (isComingUp([workload, ...sets], pods, desired - ready, asOf)) return [];
      return [finding(workload, replicas, [...sets, ...pods.filter((pod) => !isReady(pod))].map(refOf))];
    }),
});

function finding(
  workload: Workload,
  replicas: ReturnType<typeof replicasOf>,
  because: Finding["because"] & object,
): Finding {
  const object = refOf(workload);
  const { desired, ready } = replicas;
  return {
    object,
    title: `${nameOf(object)} has ${ready} of ${desired} replicas ready`,
    confidence: "certain",
    evidence: [
      fieldEvidence(object, readyField(object.kind), ready),
      fieldEvidence(
        object,
        isDaemonSet(workload) ? "status.desiredNumberScheduled" : "spec.replicas",
        desired,
      ),
    ],
    because,
    details: { ...replicas },
  };
}

function replicaSetsBelow(
  { kind, metadata }: Workload,
  objects: Pick<Objects, "deployments" | "replicaSets">,
) {
  const deployment = kind === "Deployment" && objects.deployments.get(metadata.namespace, metadata.name);
  if (!deployment) return [];
  return replicaSetsOf(deployment, objects).filter(({ spec }) => (spec?.replicas ?? 1) > 0);
}

/** What is missing is no fault yet: Pods that are starting, or that an object made a moment ago will still get. */
function isComingUp(
  owners: readonly Workload[],
  pods: readonly ObjectOf<"pods">[],
  missing: number,
  asOf: string,
): boolean {
  const unready = pods.filter((pod) => !isReady(pod) && !isTerminating(pod) && !isFinished(pod));
  if (!unready.every((pod) => isStarting(pod, asOf))) return false;
  return unready.length >= missing || owners.some((owner) => isYoung(owner, asOf));
}
