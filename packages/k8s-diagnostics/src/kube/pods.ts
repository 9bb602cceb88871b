import type { KubeObject, ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { controllerOf } from "./owners.ts";
import { refKey } from "./refs.ts";

type Pod = ObjectOf<"pods">;

export function podCondition(pod: Pod, type: string) {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

export function isReady(pod: Pod): boolean {
  return podCondition(pod, "Ready")?.status === "True";
}

export function isTerminating({ metadata }: Pick<KubeObject, "metadata">): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Succeeded or Failed: nothing runs any more. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** Ready, or finished well: nothing to explain. */
export function isHealthyPod(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || (pod.status?.phase === "Running" && isReady(pod));
}

const byController = new WeakMap<Objects["pods"], ReadonlyMap<string, readonly Pod[]>>();

/** The Pods that this ReplicaSet, StatefulSet, DaemonSet or Job controls. The first call for a snapshot builds an index. */
export function podsControlledBy(owner: ObjectRef, objects: Pick<Objects, "pods">): readonly Pod[] {
  let index = byController.get(objects.pods);
  if (!index) {
    index = Map.groupBy(objects.pods.all, (pod) => {
      const controller = controllerOf(pod);
      return controller ? refKey(controller) : "";
    });
    byController.set(objects.pods, index);
  }
  return index.get(refKey(owner)) ?? [];
}
