import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { type Event, eventsOf, lastSeen } from "../events.ts";
import { isFinished, isTerminating } from "../pods.ts";
import { secondsBetween } from "../time.ts";

type Pod = ObjectOf<"pods">;

/** The kubelet tries again every two minutes or so. */
const RECENT_SECONDS = 900;
const REASONS = new Set(["FailedMount", "FailedAttachVolume", "FailedMapVolume"]);

export interface MountFailure {
  readonly pod: Pod;
  /** Newest first; at least one. */
  readonly events: readonly [Event, ...Event[]];
}

/** Pods on a Node whose containers cannot start because a volume cannot be attached or mounted. */
export function mountFailures(
  objects: Pick<Objects, "pods" | "events">,
  asOf: string,
): readonly MountFailure[] {
  return objects.pods.all.filter(waitsForVolumes).flatMap((pod) => {
    const [first, ...rest] = eventsOf(pod, objects).filter(
      (event) =>
        REASONS.has(event.reason ?? "") &&
        (secondsBetween(lastSeen(event), asOf) ?? Infinity) <= RECENT_SECONDS,
    );
    return first ? [{ pod, events: [first, ...rest] as const }] : [];
  });
}

/** Whether the Pod has a Node and no container, init containers included, has ever been started. */
export function waitsForVolumes(pod: Pod): boolean {
  if (!pod.spec?.nodeName || pod.status?.phase !== "Pending" || isFinished(pod) || isTerminating(pod))
    return false;
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  return statuses.every(({ state, lastState }) => {
    const reason = state?.waiting?.reason;
    return (
      !lastState?.terminated &&
      !state?.running &&
      !state?.terminated &&
      (reason === undefined || reason === "ContainerCreating" || reason === "PodInitializing")
    );
  });
}
