import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import {
  isFinished,
  isReady,
  isTerminating,
  podsControlledBy,
  refOf,
  replicaSetsOf,
} from "@k8s-ops/k8s-diagnostics/kube";
import { type After, type Before, defineAction, type Planned, type Progress } from "../../action.ts";
import { workloadNeeds } from "../needs.ts";

type Pod = ObjectOf<"pods">;
type ScaledResource = "deployments" | "statefulSets";

export interface ScaleInput {
  readonly resource: ScaledResource;
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
}

/** `kubectl scale`, with the object's resourceVersion as its precondition. */
export const scale = defineAction<ScaledResource, ScaleInput>({
  id: "scale",
  target: ({ resource, namespace, name }) => ({ resource, namespace, name }),
  needs: ({ namespace }) => workloadNeeds(namespace),
  plan({ resource, namespace, name, replicas }, before) {
    const { kind, spec } = before.target;
    const old = spec?.replicas ?? 1;
    if (old === replicas) return { unchanged: `${kind} ${name} has ${replicas} replicas already.` };
    const object = { resource, namespace, name };
    return {
      summary: `Scale ${kind} ${name} from ${old} to ${replicas} replicas.`,
      writes: [{ verb: "scale", object, replicas }],
      facts: { old_replicas: old, new_replicas: replicas },
      undo: { by: "fields", object, changes: [{ path: "/spec/replicas", before: old, after: replicas }] },
      ends: endingPods(before, { from: old, to: replicas }),
    };
  },
  verify: ({ replicas }, _, after) => scaled(replicas, after),
});

/**
 * Of a Deployment, as many as there are beyond what is wanted, those first that are not ready; of a StatefulSet, those
 * with higher ordinals.
 * Source: k8s.io/kubernetes pkg/controller/controller_utils.go ActivePods, pkg/controller/statefulset
 */
export function endingPods(
  { target, objects }: Before<ScaledResource>,
  { from, to }: { readonly from: number; readonly to: number },
): Planned["ends"] {
  if (to >= from) return [];
  if (target.kind === "StatefulSet") {
    const { start = 0 } = (target as ObjectOf<"statefulSets">).spec?.ordinals ?? {};
    return activePods([refOf(target)], objects)
      .filter((pod) => ordinalOf(pod) >= start + to)
      .toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
  }
  const sets = replicaSetsOf(target as ObjectOf<"deployments">, objects).map(refOf);
  const pods = activePods(sets, objects).toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)));
  return pods.slice(0, Math.max(0, pods.length - to));
}

function activePods(owners: readonly ObjectRef[], objects: Objects): readonly Pod[] {
  return owners
    .flatMap((owner) => podsControlledBy(owner, objects))
    .filter((pod) => !isTerminating(pod) && !isFinished(pod));
}

function ordinalOf({ metadata: { name } }: Pod): number {
  return Number(name.slice(name.lastIndexOf("-") + 1)) || 0;
}

/** Whether as many Pods as wanted are there and available, whatever template they have. */
export function scaled(replicas: number, { target }: After<ScaledResource>): Progress {
  if (!target) return { state: "failed", message: "It was deleted meanwhile." };
  const { spec, status, metadata } = target;
  if (spec?.replicas !== replicas) {
    return { state: "failed", message: `Its replicas were set to ${spec?.replicas ?? 1} meanwhile.` };
  }
  const isObserved = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const { replicas: now = 0, availableReplicas: available = 0 } = status ?? {};
  const isDone = isObserved && now === replicas && available >= replicas;
  return {
    state: isDone ? "done" : "waiting",
    message: `${available} of ${replicas} replicas are available.`,
  };
}
