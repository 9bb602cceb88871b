import type { KubeObject, Objects } from "@k8s-ops/k8s-cluster";
import { argoCd } from "./argo-cd.ts";
import { autoscalers } from "./autoscaler.ts";
import { flux, isHelmRelease } from "./flux.ts";
import { helm, isHelmsOwn } from "./helm.ts";
import { operator } from "./operator.ts";
import type { Owner } from "./owner.ts";

/** In the order in which they are told: the one in which a change has to be made first. */
const MANAGERS: readonly ((target: KubeObject, objects: OwnerSources) => readonly Owner[])[] = [
  argoCd,
  flux,
  helm,
  operator,
  autoscalers,
];

/** What must be read to know the owners. */
export type OwnerSources = Pick<Objects, "horizontalPodAutoscalers">;

/**
 * Who else writes this object, by its labels, annotations, managed fields and owner references. Only the object itself
 * is judged: owners of its owners are not looked for.
 */
export function ownersOf(target: KubeObject, objects: OwnerSources): readonly Owner[] {
  const found = MANAGERS.flatMap((manager) => manager(target, objects));
  return isOnlyRendered(target, found) ? found.filter(({ manager }) => manager !== "helm") : found;
}

/** Flux's HelmRelease says where the release's values are; and a chart's label is no release where others apply it. */
function isOnlyRendered(target: KubeObject, found: readonly Owner[]): boolean {
  if (isHelmRelease(target)) return true;
  const isDeclared = found.some(({ manager }) => manager === "argo_cd" || manager === "flux");
  return isDeclared && !isHelmsOwn(target);
}
