import type { Objects } from "@k8s-ops/k8s-cluster";
import { type ContainerStatus, lastTermination } from "../containers.ts";
import { type Place, placesOf, stillMatters } from "../places.ts";
import { isHealthyPod } from "../pods.ts";
import { secondsBetween } from "../time.ts";

export type Termination = NonNullable<NonNullable<ContainerStatus["state"]>["terminated"]>;

/** A container that keeps ending, and how it ended last. */
export interface Exit {
  readonly place: Place;
  readonly terminated: Termination;
  /** Path of `terminated` in the Pod. */
  readonly path: string;
  /** Seconds since that end; undefined when it has no time. */
  readonly age: number | undefined;
}

/** The kubelet forgets the back-off of a container that has run this long. Source: kubelet MaxContainerBackOff docs */
const BACKOFF_RESET = 600;
const FLAPPING_WINDOW = 3_600;
const FLAPPING_RESTARTS = 5;

/** Containers that have ended and are not running well since: ended, waiting to be restarted, or restarted again and again. */
export function exitsOf(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs">,
  asOf: string,
): readonly Exit[] {
  return recentEnds(objects, asOf).filter((exit) => isUnstable(exit) && !hasSettled(exit, asOf));
}

/** Containers that are down or that ended within the last hour, however they are now. */
export function recentEnds(
  objects: Pick<Objects, "pods" | "replicaSets" | "jobs">,
  asOf: string,
): readonly Exit[] {
  return objects.pods.all
    .filter((pod) => mayHaveEnded(pod) && !isEvicted(pod) && stillMatters(pod, objects))
    .flatMap((pod) => placesOf(pod, objects))
    .flatMap((place) => {
      const terminated = lastTermination(place);
      if (!terminated) return [];
      const path = place.status?.state?.terminated ? "state.terminated" : "lastState.terminated";
      const exit: Exit = {
        place,
        terminated,
        path: `${place.statusPath}.${path}`,
        age: secondsBetween(terminated.finishedAt, asOf),
      };
      return isDown(exit) || isRecent(exit, FLAPPING_WINDOW) ? [exit] : [];
    });
}

type Pod = Place["pod"];

function mayHaveEnded(pod: Pod): boolean {
  if (!isHealthyPod(pod)) return true;
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return statuses.some(
    ({ restartCount, lastState }) => restartCount > 0 && lastState?.terminated !== undefined,
  );
}

/** The kubelet ended its containers: their exit codes tell nothing about their programs. */
function isEvicted({ status }: Pod): boolean {
  return status?.phase === "Failed" && status.reason === "Evicted";
}

/** Whether the container is down now because it ended: an init container that finished well is not. */
export function isDown({ place: { role, status } }: Exit): boolean {
  if (status?.state?.running) return false;
  const ended = status?.state?.terminated;
  if (ended) return role !== "init" || ended.exitCode !== 0;
  return status?.state?.waiting?.reason !== "PodInitializing";
}

function isUnstable(exit: Exit): boolean {
  if (isDown(exit)) return true;
  const { status } = exit.place;
  if (exit.place.role === "init" && !status?.state?.running) return false;
  const restarts = status?.restartCount ?? 0;
  if (restarts > FLAPPING_RESTARTS) return isRecent(exit, FLAPPING_WINDOW);
  return (restarts >= 2 || status?.ready === false) && isRecent(exit, BACKOFF_RESET);
}

/** So much longer than all runs before together that whatever ended those seems to be over. */
const SETTLED_FACTOR = 5;
const SETTLED_SECONDS = 30;

/** A few failed starts (of a program that waited for its database, say), and a run since that shows they are over. */
function hasSettled({ place: { status }, terminated }: Exit, asOf: string): boolean {
  const restarts = status?.restartCount ?? 0;
  const last = runSeconds(terminated);
  const runs = secondsBetween(status?.state?.running?.startedAt, asOf);
  if (status?.ready !== true || restarts > FLAPPING_RESTARTS || last === undefined || runs === undefined)
    return false;
  return runs >= SETTLED_SECONDS && runs > SETTLED_FACTOR * restarts * (last + 1);
}

function isRecent({ age, place }: Exit, seconds: number): boolean {
  return place.status?.state?.running !== undefined && age !== undefined && age < seconds;
}

/** How long the container ran; undefined without both times. A container that never ran starts at the epoch. */
export function runSeconds({ startedAt, finishedAt }: Termination): number | undefined {
  if (startedAt === undefined || finishedAt === undefined || startedAt.startsWith("1970-")) return undefined;
  return secondsBetween(startedAt, finishedAt);
}
