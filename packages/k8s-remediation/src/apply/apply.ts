import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError, type ClusterWriter, type KubeObject, type Precondition } from "@k8s-ops/k8s-cluster";
import type { Planned, Write } from "../action.ts";
import { makeWrite, type WriteMode } from "./write.ts";

export interface ApplyOptions extends WriteMode {
  /** Until when evictions that a budget forbids are tried again, in milliseconds since the epoch. */
  readonly until: number;
  /** The precondition anew after a conflict, when the object is still the one that was planned for; throws otherwise. */
  readonly reread: () => Promise<Precondition>;
  /** Between two tries of an eviction. Default 5 s, as kubectl drain has it. */
  readonly retryMs?: number;
  readonly progress?: (message: string) => void;
}

export interface Applied {
  /** The target after its last write, where the API server told it. */
  readonly target?: KubeObject;
  /** What could not be evicted, and why. */
  readonly left: readonly { readonly pod: string; readonly error: ClusterError }[];
}

const EVICTION_RETRY_MS = 5_000;
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
  const together = planned.waitsForBudgets ? planned.writes.filter(({ verb }) => verb === "evict") : [];
  for (const write of planned.writes.filter((each) => !together.includes(each))) {
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

/** Like kubectl drain: what a budget forbids is tried again and again, what is gone is done. */
async function evictPatiently(
  writer: ClusterWriter,
  write: Write,
  precondition: Precondition,
  options: ApplyOptions,
): Promise<Applied["left"][number] | undefined> {
  const { retryMs = EVICTION_RETRY_MS } = options;
  const pod = `${write.object.namespace}/${write.object.name}`;
  for (;;) {
    try {
      await makeWrite(writer, write, precondition, options);
      options.progress?.(`evicted ${pod}`);
      return undefined;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      // Gone, or replaced by another Pod of the same name.
      if (error.code === "not_found" || error.code === "conflict") return undefined;
      const waits = error.code === "disruption_budget" || error.code === "throttled";
      const isOver = Date.now() + retryMs >= options.until;
      if (!waits || options.dryRun || isOver || options.signal?.aborted) return { pod, error };
      options.progress?.(`waiting for the budget of ${pod}`);
      await sleep(retryMs);
    }
  }
}
