import {
  controllerOf,
  isReady,
  isTerminating,
  nameOf,
  podsControlledBy,
  workloadOf,
} from "@k8s-ops/k8s-diagnostics/kube";
import { type After, type Before, defineAction, type Progress } from "../../action.ts";
import { needsOf } from "../needs.ts";

export interface PodRestartInput {
  readonly namespace: string;
  readonly name: string;
}

const NEEDS = ["pods", "replicaSets", "jobs", "podDisruptionBudgets"] as const;

/** Evicts a Pod, so that its controller makes another one. The Eviction API asks its PodDisruptionBudgets. */
export const podRestart = defineAction<"pods", PodRestartInput>({
  id: "pod_restart",
  target: ({ namespace, name }) => ({ resource: "pods", namespace, name }),
  needs: ({ namespace }) => needsOf(namespace, NEEDS),
  plan({ namespace, name }, { target, objects }) {
    const { uid = "" } = target.metadata;
    const controller = controllerOf(target);
    return {
      summary: controller
        ? `Evict Pod ${name}; ${nameOf(controller)} makes another one.`
        : `Evict Pod ${name}, which nothing replaces.`,
      writes: [{ verb: "evict", object: { resource: "pods", namespace, name }, uid }],
      facts: {},
      undo: {
        by: "nothing",
        why: "A Pod that has ended does not come back; its controller makes another one.",
      },
      ends: [target],
      subject: workloadOf(target, objects),
    };
  },
  verify: (_, __, after, before) => replaced(after, before),
});

function replaced({ objects }: After<"pods">, { target, objects: earlier }: Before<"pods">): Progress {
  const { uid, namespace, name } = target.metadata;
  const old = objects.pods.in(namespace).find((pod) => pod.metadata.uid === uid);
  if (old) {
    return { state: "waiting", message: `Pod ${name} is ${isTerminating(old) ? "ending" : "still there"}.` };
  }
  const controller = controllerOf(target);
  if (!controller) return { state: "done", message: `Pod ${name} is gone.` };
  const known = new Set(earlier.pods.in(namespace).map((pod) => pod.metadata.uid));
  const others = podsControlledBy(controller, objects).filter((pod) => !known.has(pod.metadata.uid));
  const works = others.find((pod) => isReady(pod) || pod.status?.phase === "Succeeded");
  if (works) return { state: "done", message: `Pod ${works.metadata.name} has replaced it and is Ready.` };
  const [other] = others;
  return {
    state: "waiting",
    message: other
      ? `Pod ${other.metadata.name} has replaced it and is not Ready yet.`
      : `${nameOf(controller)} has not made another Pod yet.`,
  };
}
