import type { Gap } from "@k8s-ops/k8s-cluster";
import { actionBudget } from "./action-budget/precondition.ts";
import { actionInProgress } from "./action-in-progress/precondition.ts";
import { autoscaled } from "./autoscaled/precondition.ts";
import { beingDeleted } from "./being-deleted/precondition.ts";
import { belowBudget } from "./below-budget/precondition.ts";
import { budgetNeverAllows } from "./budget-never-allows/precondition.ts";
import { controlPlaneNode } from "./control-plane-node/precondition.ts";
import { coolDown } from "./cool-down/precondition.ts";
import { downtime } from "./downtime/precondition.ts";
import { emptydirData } from "./emptydir-data/precondition.ts";
import { largeScale } from "./large-scale/precondition.ts";
import { lastReadyReplica } from "./last-ready-replica/precondition.ts";
import { lastSchedulableNode } from "./last-schedulable-node/precondition.ts";
import { managedElsewhere } from "./managed-elsewhere/precondition.ts";
import { ownWorkload } from "./own-workload/precondition.ts";
import { paused } from "./paused/precondition.ts";
import type { Precondition, Situation, Verdict } from "./precondition.ts";
import { protectedNamespace } from "./protected-namespace/precondition.ts";
import { protectedObject } from "./protected-object/precondition.ts";
import { rolloutInProgress } from "./rollout-in-progress/precondition.ts";
import { severalBudgets } from "./several-budgets/precondition.ts";
import { staticPod } from "./static-pod/precondition.ts";
import { unmanagedPod } from "./unmanaged-pod/precondition.ts";

/** All guard rails, in the order in which a plan tells them. */
export const PRECONDITIONS = [
  protectedNamespace,
  ownWorkload,
  protectedObject,
  beingDeleted,
  staticPod,
  unmanagedPod,
  lastReadyReplica,
  severalBudgets,
  budgetNeverAllows,
  controlPlaneNode,
  lastSchedulableNode,
  emptydirData,
  autoscaled,
  largeScale,
  actionBudget,
  actionInProgress,
  coolDown,
  belowBudget,
  downtime,
  paused,
  rolloutInProgress,
  managedElsewhere,
] as const satisfies readonly Precondition[];

/** What every guard rail says. */
export function judge(situation: Situation): readonly Verdict[] {
  const blind: Blind[] = [];
  const verdicts = PRECONDITIONS.flatMap((precondition: Precondition): readonly Verdict[] => {
    const { code } = precondition;
    const judged = precondition.judge(situation);
    if (judged.length > 0) return judged.map((verdict) => ({ code, ...verdict }));
    const gaps = gapsOf(precondition, situation);
    if (gaps.length === 0) return [{ code, verdict: "pass", message: "" }];
    blind.push({ code, gaps });
    return [];
  });
  return [...verdicts, ...unjudged(blind)];
}

interface Blind {
  readonly code: string;
  readonly gaps: readonly Gap[];
}

function gapsOf(precondition: Precondition, situation: Situation): readonly Gap[] {
  const wanted = precondition.judgesBy?.(situation) ?? [];
  return (situation.gaps ?? []).filter(({ resource }) => wanted.some((each) => each === resource));
}

/** What could not be read must not look as if it were in order. */
function unjudged(blind: readonly Blind[]): readonly Verdict[] {
  if (blind.length === 0) return [];
  const codes = blind.map(({ code }) => code).join(", ");
  const unread = new Set(
    blind.flatMap(({ gaps }) => gaps.map(({ resource, reason }) => `${resource} (${reason})`)),
  );
  const message = `${codes} could not be judged, because these could not be read: ${[...unread].join(", ")}. The right to read them lifts this, too.`;
  return [{ code: "not_checked", verdict: "refuse", message, override: "call" }];
}

/** The codes that a call may name as overridden. */
export const OVERRIDABLE_CODES: ReadonlySet<string> = new Set([
  ...PRECONDITIONS.filter(({ liftedBy }) => /\bcall\b/.test(liftedBy)).map(({ code }) => code),
  "not_checked",
]);
