import { defineCheck } from "../../check.ts";
import {
  containersOf,
  isContainerHealthy,
  lastTermination,
  type PodContainer,
} from "../../kube/containers.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isHealthyPod } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const containerNotReady = defineCheck({
  id: "container_not_ready",
  title: "Container is not ready",
  when: "a container of a Pod that is not healthy waits, has ended, or runs without being ready",
  severity: "high",
  level: "symptom",
  reads: ["pods"],
  run: ({ objects }) =>
    objects.pods.all
      .filter((pod) => !isHealthyPod(pod))
      .flatMap((pod) =>
        containersOf(pod)
          .filter((container) => container.status !== undefined && !isContainerHealthy(container))
          .filter((container) => !waitsForItsTurn(container))
          .map((container) => ({
            object: refOf(pod),
            subject: container.name,
            title: `Container ${container.name} of ${nameOf(refOf(pod))} is not ready`,
            confidence: "certain" as const,
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
