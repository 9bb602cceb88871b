import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { latestEvent } from "../events.ts";
import { eventEvidence, fieldEvidence } from "../evidence.ts";
import { isFinished, isTerminating, podCondition } from "../pods.ts";
import { refOf } from "../refs.ts";
import { parseSchedulerMessage, type SchedulerMessage } from "./scheduler-message.ts";

type Pod = ObjectOf<"pods">;

/** A Pod that the scheduler tried and could not place, and that still waits. */
export interface UnschedulablePod {
  readonly pod: Pod;
  /** Undefined when the scheduler's words are no list of reasons. */
  readonly message: SchedulerMessage | undefined;
  /** The scheduler's words. */
  readonly evidence: Evidence;
}

const REASONS = new Set(["Unschedulable", "SchedulerError"]);

export function unschedulablePods(objects: Pick<Objects, "pods" | "events">): readonly UnschedulablePod[] {
  return objects.pods.all.flatMap((pod) => {
    if (pod.spec?.nodeName || isFinished(pod) || isTerminating(pod)) return [];
    const condition = podCondition(pod, "PodScheduled");
    const event = condition?.message ? undefined : latestEvent(pod, objects, "FailedScheduling");
    if (condition) {
      if (condition.status !== "False" || !REASONS.has(condition.reason ?? "")) return [];
    } else if (!event) {
      return [];
    }
    const text = condition?.message || event?.message;
    return [
      {
        pod,
        message: parseSchedulerMessage(text),
        evidence:
          event && !condition?.message
            ? eventEvidence(refOf(pod), event)
            : fieldEvidence(refOf(pod), "status.conditions[PodScheduled].message", text),
      },
    ];
  });
}
