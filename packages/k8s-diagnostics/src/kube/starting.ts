import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { containersOf } from "./containers.ts";
import { podCondition } from "./pods.ts";
import { secondsBetween } from "./time.ts";

/** So long a new object may take before its unreadiness counts as a fault. */
export const GRACE_SECONDS = 60;

const NORMAL_WAITS: ReadonlySet<string> = new Set(["ContainerCreating", "PodInitializing"]);

/** Whether the object was created less than a minute ago. Without a time it counts as old. */
export function isYoung(
  { metadata }: { readonly metadata: { readonly creationTimestamp?: string } },
  asOf: string,
): boolean {
  const age = secondsBetween(metadata.creationTimestamp, asOf);
  return age !== undefined && age < GRACE_SECONDS;
}

/** A Pod that is young and shows nothing wrong so far: it has a node, and its containers come up or run. */
export function isStarting(pod: ObjectOf<"pods">, asOf: string): boolean {
  if (!isYoung(pod, asOf) || pod.status?.phase === "Failed") return false;
  if (podCondition(pod, "PodScheduled")?.reason === "Unschedulable") return false;
  return containersOf(pod).every(({ status }) => {
    const waiting = status?.state?.waiting?.reason;
    return (status?.restartCount ?? 0) === 0 && (waiting === undefined || NORMAL_WAITS.has(waiting));
  });
}
