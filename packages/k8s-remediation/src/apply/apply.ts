import { ClusterError, type ClusterWriter, type KubeObject, type Precondition } from "@k8s-ops/k8s-cluster";
import type { Planned, Write } from "../action.ts";
import { type Eviction, evictPatiently, isEviction, type Left, type Patience } from "./evict.ts";
import { makeWrite } from "./write.ts";

export interface ApplyOptions extends Patience {
  /** The precondition anew after a conflict, when the object is still the one that was planned for; throws otherwise. */
  readonly reread: () => Promise<Precondition>;
}

export interface Applied {
  /** The target after its last write, where the API server told it. */
  readonly target?: KubeObject;
  readonly left: readonly Left[];
}

const CONFLICTS = 5;

/**
 * Makes the writes of a plan: the target's in order, then evictions side by side. A conflict is tried again while the
 * object is what was planned for, because a status that changed in between is no reason to give up; nothing else is
 * ever sent twice.
 * @throws ClusterError when a write other than one of several evictions fails
 */
export async function applyPlan(
  writer: ClusterWriter,
  planned: Planned,
  precondition: Precondition,
  options: ApplyOptions,
): Promise<Applied> {
  let current = precondition;
  let target: KubeObject | undefined;
  const together: readonly Eviction[] = planned.waitsForBudgets ? planned.writes.filter(isEviction) : [];
  const first = planned.waitsForBudgets
    ? planned.writes.filter((write) => !isEviction(write))
    : planned.writes;
  for (const write of first) {
    target = (await againstConflicts(writer, write, current, options)) ?? target;
    if (target) current = preconditionOf(target) ?? current;
  }
  const evicted = await Promise.all(together.map((write) => evictPatiently(writer, write, current, options)));
  return { ...(target && { target }), left: evicted.flatMap((each) => (each ? [each] : [])) };
}

function preconditionOf({ metadata }: KubeObject): Precondition | undefined {
  const { uid, resourceVersion } = metadata;
  return uid && resourceVersion ? { uid, resourceVersion } : undefined;
}

async function againstConflicts(
  writer: ClusterWriter,
  write: Write,
  precondition: Precondition,
  options: ApplyOptions,
): Promise<KubeObject | undefined> {
  let current = precondition;
  for (let attempt = 1; ; attempt++) {
    try {
      return await makeWrite(writer, write, current, options);
    } catch (error) {
      const isLost = error instanceof ClusterError && error.code === "conflict" && write.verb !== "create";
      if (!isLost || attempt > CONFLICTS) throw error;
      current = await options.reread();
    }
  }
}
