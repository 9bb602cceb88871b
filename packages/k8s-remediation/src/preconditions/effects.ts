import type { KubeObject, ObjectOf } from "@k8s-ops/k8s-cluster";
import type { Planned, Write } from "../action.ts";

type Pod = ObjectOf<"pods">;

/** The Pods that end because they are evicted, rather than because a controller wants fewer. */
export function evictedPods({ writes, ends }: Planned): readonly Pod[] {
  const uids = new Set(writes.flatMap((write) => (write.verb === "evict" ? [write.uid] : [])));
  return ends.filter(({ metadata }) => uids.has(metadata.uid ?? ""));
}

/** The number of replicas that a plan sets, and the present one; undefined when it sets none. */
export function replicasChange(
  target: KubeObject,
  { writes }: Planned,
): { readonly from: number; readonly to: number } | undefined {
  const to = writes.map(replicasOf).find((replicas) => replicas !== undefined);
  if (to === undefined) return undefined;
  const { spec } = target as { spec?: { replicas?: number } };
  return { from: spec?.replicas ?? 1, to };
}

function replicasOf(write: Write): number | undefined {
  if (write.verb === "scale") return write.replicas;
  if (write.verb !== "patch") return undefined;
  if (write.patch.type !== "json") {
    const { spec } = write.patch.value as { spec?: { replicas?: unknown } };
    return typeof spec?.replicas === "number" ? spec.replicas : undefined;
  }
  const operation = write.patch.value.find(({ path }) => path === "/spec/replicas");
  if (!operation) return undefined;
  return typeof operation.value === "number" ? operation.value : 1;
}

/** Whether the plan keeps new Pods off a Node, or takes those away that run there. */
export function takesNodeAway(target: KubeObject, { writes, ends }: Planned): boolean {
  return target.kind === "Node" && (ends.length > 0 || writes.some(cordons));
}

function cordons(write: Write): boolean {
  if (write.verb !== "patch") return false;
  if (write.patch.type === "json") {
    return write.patch.value.some(({ path, value }) => path === "/spec/unschedulable" && value === true);
  }
  const { spec } = write.patch.value as { spec?: { unschedulable?: unknown } };
  return spec?.unschedulable === true;
}

/** Whether the plan writes to the object itself, so that whoever declares the object may write it anew. */
export function changesTarget({ writes }: Planned): boolean {
  return writes.some(({ verb }) => verb === "patch" || verb === "scale");
}

/** Whether a changed template does not roll out, because the Deployment is paused and the plan does not resume it. */
export function staysPaused(target: KubeObject, { writes }: Planned): boolean {
  const { spec } = target as { spec?: { paused?: boolean } };
  return target.kind === "Deployment" && spec?.paused === true && !writes.some(resumes);
}

function resumes(write: Write): boolean {
  if (write.verb !== "patch") return false;
  if (write.patch.type === "json") return write.patch.value.some(({ path }) => path === "/spec/paused");
  const { spec } = write.patch.value as { spec?: { paused?: unknown } };
  return spec?.paused === null;
}
