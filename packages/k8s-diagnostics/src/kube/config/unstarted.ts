import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { eventsOf } from "../events.ts";
import { eventEvidence, fieldEvidence } from "../evidence.ts";
import { placesOf, stillMatters } from "../places.ts";
import { isFinished, isHealthyPod, podCondition } from "../pods.ts";
import { refOf } from "../refs.ts";

type Pod = ObjectOf<"pods">;

/** A Pod on a Node of which a container has not been created, and the kubelet's words about it. */
export interface UnstartedPod {
  readonly pod: Pod;
  readonly messages: readonly { readonly text: string; readonly evidence: Evidence }[];
}

const NOT_CREATED = new Set(["ContainerCreating", "PodInitializing", "CreateContainerConfigError"]);

export function unstartedPods(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs" | "events">,
): readonly UnstartedPod[] {
  return objects.pods.all
    .filter((pod) => !isHealthyPod(pod) && !isFinished(pod) && isOnNode(pod) && stillMatters(pod, objects))
    .flatMap((pod) => {
      const waiting = placesOf(pod, objects).filter(({ status }) =>
        NOT_CREATED.has(status?.state?.waiting?.reason ?? ""),
      );
      const noStatus = (pod.status?.containerStatuses ?? []).length === 0;
      if (waiting.length === 0 && !noStatus) return [];
      const fromStatus = waiting.flatMap(({ status, statusPath, podRef }) => {
        const text = status?.state?.waiting?.message ?? "";
        return text === ""
          ? []
          : [{ text, evidence: fieldEvidence(podRef, `${statusPath}.state.waiting.message`, text) }];
      });
      const fromEvents = eventsOf(pod, objects)
        .filter(({ reason }) => reason === "FailedMount")
        .map((event) => ({ text: event.message ?? "", evidence: eventEvidence(refOf(pod), event) }));
      return [{ pod, messages: [...fromStatus, ...fromEvents] }];
    });
}

function isOnNode(pod: Pod): boolean {
  return podCondition(pod, "PodScheduled")?.status !== "False" && (pod.spec?.nodeName ?? "") !== "";
}
