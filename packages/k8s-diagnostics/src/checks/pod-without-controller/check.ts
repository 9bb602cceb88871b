import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isFinished, isTerminating } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const MIRROR = "kubernetes.io/config.mirror";

export const podWithoutController = defineCheck({
  id: "pod_without_controller",
  title: "Pod has nothing that would replace it",
  when: "an unfinished Pod that restarts always, and that is no static Pod, has no controller: nobody makes another one when it is lost",
  severity: "low",
  level: "cause",
  reads: ["pods"],
  run: ({ objects }) =>
    objects.pods.all
      .filter(
        (pod) =>
          (pod.metadata.ownerReferences ?? []).length === 0 &&
          pod.metadata.annotations?.[MIRROR] === undefined &&
          (pod.spec?.restartPolicy ?? "Always") === "Always" &&
          !isFinished(pod) &&
          !isTerminating(pod),
      )
      .map((pod) => ({
        object: refOf(pod),
        title: `${nameOf(refOf(pod))} belongs to no controller`,
        confidence: "certain" as const,
        evidence: [fieldEvidence(refOf(pod), "metadata.ownerReferences", undefined)] as const,
        remedies: [
          {
            step: `Let a Deployment or StatefulSet run what ${nameOf(refOf(pod))} runs: it is not replaced when its Node fails or is drained.`,
          },
        ],
      })),
});
