import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import {
  containersOf,
  isContainerHealthy,
  lastTermination,
  type PodContainer,
} from "../../kube/containers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { stillMatters } from "../../kube/places.ts";
import { isHealthyPod, isTerminating } from "../../kube/pods.ts";
import { probeBudget } from "../../kube/probes/probes.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

/** Pulling an image and mounting volumes take about this long. */
const CREATION_SECONDS = 60;
/** Until the kubelet has reported a container that just began to run. */
const SETTLING_SECONDS = 10;

export const containerNotReady = defineCheck({
  id: "container_not_ready",
  title: "Container is not ready",
  when: "a container of a Pod that is not healthy waits, has ended, or runs without being ready; of low severity while it may still be starting, and where it failed in a Pod that its controller has done without since",
  severity: "high",
  level: "symptom",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects, asOf }) =>
    objects.pods.all
      .filter((pod) => !isHealthyPod(pod))
      .map((pod) => ({ pod, isOver: !stillMatters(pod, objects) }))
      .filter(({ pod, isOver }) => !isOver || isLeftover(pod))
      .flatMap(({ pod, isOver }) =>
        containersOf(pod)
          .filter((container) => container.status !== undefined && !isContainerHealthy(container))
          .filter((container) => (isOver ? hasFailed(container) : !waitsForItsTurn(container)))
          .map((container) => ({
            object: refOf(pod),
            subject: container.name,
            title: `Container ${container.name} of ${nameOf(refOf(pod))} is not ready`,
            confidence: "certain" as const,
            ...((isOver || isStarting(pod, container, asOf)) && { severity: "low" as const }),
            evidence: [
              fieldEvidence(refOf(pod), `${container.statusPath}.state`, container.status?.state),
            ] as const,
            details: {
              container: container.name,
              ready: container.status?.ready ?? false,
              ...stateOf(container),
            },
          })),
      ),
});

/** Failed, and still there: whoever asks about this Pod wants to know why, though nothing depends on it any more. */
function isLeftover(pod: ObjectOf<"pods">): boolean {
  return pod.status?.phase === "Failed" && !isTerminating(pod);
}

function hasFailed({ status }: PodContainer): boolean {
  return (status?.state?.terminated?.exitCode ?? 0) !== 0;
}

/** Being created, or running and within the time that its probes allow, for the first time. */
function isStarting(pod: ObjectOf<"pods">, { spec, status }: PodContainer, asOf: string): boolean {
  if ((status?.restartCount ?? 0) > 0 || status?.lastState?.terminated) return false;
  const { waiting, running } = status?.state ?? {};
  if (waiting?.reason === "ContainerCreating" || waiting?.reason === "PodInitializing") {
    return (secondsBetween(pod.metadata.creationTimestamp, asOf) ?? Infinity) < CREATION_SECONDS;
  }
  const budget =
    (spec.startupProbe ? probeBudget(spec.startupProbe) : 0) +
    (spec.readinessProbe ? probeBudget(spec.readinessProbe) : 0);
  return (secondsBetween(running?.startedAt, asOf) ?? Infinity) <= Math.max(budget, SETTLING_SECONDS);
}

/** The kubelet's words for a container that has not been tried yet: the one before it is the one to look at. */
function waitsForItsTurn({ status }: PodContainer): boolean {
  return status?.state?.waiting?.reason === "PodInitializing" && status.lastState?.terminated === undefined;
}

function stateOf(container: PodContainer) {
  const waiting = container.status?.state?.waiting;
  const terminated = lastTermination(container);
  return {
    ...(waiting?.reason !== undefined && { reason: waiting.reason }),
    ...(waiting?.message !== undefined && { message: waiting.message }),
    ...(terminated && {
      exit_code: terminated.exitCode,
      ...(terminated.reason !== undefined && waiting?.reason === undefined && { reason: terminated.reason }),
      ...(terminated.reason !== undefined && { terminated_reason: terminated.reason }),
    }),
  };
}
