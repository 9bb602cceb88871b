import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { controllerOf, isFinished } from "@k8s-ops/k8s-diagnostics/kube";

type Pod = ObjectOf<"pods">;

/** Set by the kubelet on the API's copy of a static Pod. */
export const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

/** Why a drain leaves a Pod where it is. */
export type Staying = "daemon_set" | "mirror";

/**
 * Whether `kubectl drain --ignore-daemonsets` leaves the Pod. What else holds it back (no controller, emptyDir) are
 * guard rails.
 * Source: k8s.io/kubectl pkg/drain/filters.go
 */
export function stays(pod: Pod): Staying | undefined {
  if (controllerOf(pod)?.kind === "DaemonSet" && !isFinished(pod)) return "daemon_set";
  return isMirror(pod) ? "mirror" : undefined;
}

export function isMirror({ metadata }: Pod): boolean {
  return metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

/** Whether evicting the Pod loses data. Source: filters.go localStorageFilter */
export function losesData(pod: Pod): boolean {
  return !isFinished(pod) && (pod.spec?.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined);
}
