import type { LogNeed, Snapshot } from "@k8s-ops/k8s-cluster";
import { containersOf, isContainerHealthy, type PodContainer } from "../../kube/containers.ts";
import { exitsOf } from "../../kube/exits/exits.ts";
import { workloadOf } from "../../kube/owners.ts";
import { isHealthyPod } from "../../kube/pods.ts";
import { refKey } from "../../kube/refs.ts";
import type { Pod } from "./read.ts";

const PODS_PER_WORKLOAD = 2;

/** The logs of all containers that have run. */
export function allLogs(pods: readonly Pod[]): readonly LogNeed[] {
  return pods.flatMap((pod) =>
    containersOf(pod)
      .filter(hasRun)
      .flatMap((container) => logsOf(pod, container)),
  );
}

/** The logs that these Pods can have, whether they have run or not. */
export function everyLog(pods: readonly Pod[]): readonly LogNeed[] {
  return pods.flatMap((pod) => containersOf(pod).flatMap((container) => logsOf(pod, container)));
}

/** The logs of the containers that are not well, of two Pods of each workload. */
export function troubledLogs(
  troubled: readonly Pod[],
  { objects }: Pick<Snapshot, "objects">,
): readonly LogNeed[] {
  return representatives(troubled, { objects }).flatMap((pod) =>
    containersOf(pod)
      .filter((container) => hasRun(container) && !isContainerHealthy(container))
      .flatMap((container) => logsOf(pod, container)),
  );
}

/** How the last run ended of containers that are up for the moment and keep ending, of two Pods of each workload. */
export function flappingLogs({ objects, asOf }: Pick<Snapshot, "objects" | "asOf">): readonly LogNeed[] {
  const flapping = exitsOf(objects, asOf).filter(({ place }) => isHealthyPod(place.pod));
  const chosen = new Set(representatives([...new Set(flapping.map(({ place }) => place.pod))], { objects }));
  return flapping
    .filter(({ place }) => chosen.has(place.pod))
    .map(({ place: { podRef, name: container } }) => ({
      namespace: podRef.namespace,
      pod: podRef.name,
      container,
      previous: true,
    }));
}

/** What one healthy Pod of each workload says: a program may run and complain all the same. */
export function complaintLogs(
  { objects }: Pick<Snapshot, "objects">,
  isOfInterest: (pod: Pod) => boolean = () => true,
): readonly LogNeed[] {
  const healthy = objects.pods.all.filter((pod) => pod.status?.phase === "Running" && isHealthyPod(pod));
  const chosen = representatives(healthy, { objects }, 1).filter(isOfInterest);
  return chosen.flatMap((pod) =>
    containersOf(pod)
      .filter(({ role, status }) => role !== "init" && status?.state?.running !== undefined)
      .map(({ name: container }) => ({
        namespace: pod.metadata.namespace,
        pod: pod.metadata.name,
        container,
        previous: false,
      })),
  );
}

/** Pods of one workload fail alike: the first few of each. */
export function representatives(
  pods: readonly Pod[],
  { objects }: Pick<Snapshot, "objects">,
  most = PODS_PER_WORKLOAD,
): readonly Pod[] {
  const seen = new Map<string, number>();
  return pods.filter((pod) => {
    const key = refKey(workloadOf(pod, objects));
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count <= most;
  });
}

function hasRun({ status }: PodContainer): boolean {
  return (
    status?.state?.running !== undefined ||
    status?.state?.terminated !== undefined ||
    status?.lastState?.terminated !== undefined
  );
}

/** The previous log first: a container that was restarted has failed in that one. */
export function logsOf(pod: Pod, { name, status }: PodContainer): readonly LogNeed[] {
  const need = { namespace: pod.metadata.namespace, pod: pod.metadata.name, container: name };
  const current = { ...need, previous: false };
  return (status?.restartCount ?? 0) > 0 ? [{ ...need, previous: true }, current] : [current];
}
