import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { containersOf, type PodContainer } from "./containers.ts";
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

/**
 * A Pod that shows nothing wrong so far and is either young or still within the time that its probes give it: it has
 * a node, and its containers come up or run without a restart.
 */
export function isStarting(pod: ObjectOf<"pods">, asOf: string): boolean {
  if (pod.status?.phase === "Failed" || podCondition(pod, "PodScheduled")?.reason === "Unschedulable")
    return false;
  const containers = containersOf(pod);
  const unready = containers.filter(({ role, status }) => role !== "init" && status?.ready !== true);
  const hasTime = unready.length > 0 && unready.every((container) => isWithinProbeTime(container, asOf));
  if (!isYoung(pod, asOf) && !hasTime) return false;
  return containers.every(({ status }) => {
    const waiting = status?.state?.waiting?.reason;
    return (status?.restartCount ?? 0) === 0 && (waiting === undefined || NORMAL_WAITS.has(waiting));
  });
}

/** Defaults of a probe as the API server fills them in. */
const PERIOD_SECONDS = 10;
const FAILURE_THRESHOLD = 3;

/** Whether the startup probe may still fail, or the first readiness probe is still to come. */
function isWithinProbeTime({ spec, status }: PodContainer, asOf: string): boolean {
  const running = secondsBetween(status?.state?.running?.startedAt, asOf);
  if (running === undefined) return false;
  const { startupProbe: startup, readinessProbe: readiness } = spec;
  if (startup && status?.started !== true) {
    const tries = (startup.periodSeconds ?? PERIOD_SECONDS) * (startup.failureThreshold ?? FAILURE_THRESHOLD);
    return running < (startup.initialDelaySeconds ?? 0) + tries;
  }
  const delay = readiness?.initialDelaySeconds ?? 0;
  return delay > 0 && running < delay + (readiness?.periodSeconds ?? PERIOD_SECONDS);
}
