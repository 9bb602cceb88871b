import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { lastTermination } from "../containers.ts";
import { fieldEvidence } from "../evidence.ts";
import { type Place, unhealthyPlaces } from "../places.ts";

/** A container that the kubelet or the runtime cannot create or start. */
export interface StartError {
  readonly place: Place;
  readonly reason: string;
  readonly message: string;
  readonly evidence: Evidence;
}

const WAITING = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "PreCreateHookError",
  "PreStartHookError",
  "ContainerCannotRun",
]);
const ENDED = new Set(["StartError", "ContainerCannotRun"]);

/** From the waiting state, else (between two tries) from the run that never began. */
export function startErrors(objects: Pick<Objects, "pods" | "replicaSets" | "jobs">): readonly StartError[] {
  return unhealthyPlaces(objects).flatMap((place): readonly StartError[] => {
    const waiting = place.status?.state?.waiting;
    if (waiting?.reason !== undefined && WAITING.has(waiting.reason)) {
      const evidence = fieldEvidence(place.podRef, `${place.statusPath}.state.waiting`, waiting);
      return [{ place, reason: waiting.reason, message: waiting.message ?? "", evidence }];
    }
    const ended = lastTermination(place);
    if (place.status?.state?.running || ended?.reason === undefined || !ENDED.has(ended.reason)) return [];
    const state = place.status?.state?.terminated ? "state" : "lastState";
    const evidence = fieldEvidence(
      place.podRef,
      `${place.statusPath}.${state}.terminated.message`,
      ended.message,
    );
    return [{ place, reason: ended.reason, message: ended.message ?? "", evidence }];
  });
}
