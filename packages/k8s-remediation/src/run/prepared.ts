import type { KubeObject, Precondition, ResourceKey } from "@k8s-ops/k8s-cluster";
import { refOf, type TemplateChange } from "@k8s-ops/k8s-diagnostics/kube";
import type { Before, FieldChange, Planned, Undo } from "../action.ts";
import { blastRadius } from "../plans/blast-radius.ts";
import { isWeighty } from "../plans/changes.ts";
import { digestOf, intentDigest } from "../plans/digest.ts";
import type { Plan, ToldVerdict } from "../plans/plan.ts";
import { valueAt } from "../plans/pointer.ts";
import type { PlanState } from "../plans/token.ts";
import { overrideText, type Verdict } from "../preconditions/precondition.ts";
import type { DryRun } from "./dry-run.ts";

/** A plan with all that carrying it out needs. */
export interface Prepared<K extends ResourceKey = ResourceKey> {
  readonly before: Before<K>;
  readonly planned: Planned;
  readonly plan: Omit<Plan, "plan_id" | "expires_at">;
  readonly state: PlanState;
  readonly precondition: Precondition;
  /** Digest of what people want of the object, as the dry run says it becomes. */
  readonly expected?: string;
}

const MOST_CHANGES = 50;

/** Warnings that come and go by themselves: that one is gone must not make a plan stale. */
const PASSING: ReadonlySet<string> = new Set(["rollout_in_progress", "disruption_budget"]);

/** Puts a plan together: what is shown of it, and what it is bound to. */
export function preparedOf<K extends ResourceKey>(
  before: Before<K>,
  planned: Planned,
  tried: DryRun,
  verdicts: readonly Verdict[],
): Prepared<K> {
  const { target, objects } = before;
  const { uid = "", resourceVersion = "" } = target.metadata;
  const expected = tried.expected && intentDigest(tried.expected);
  return {
    before,
    planned,
    precondition: { uid, resourceVersion },
    ...(expected !== undefined && { expected }),
    state: {
      uid,
      intent: intentDigest(target),
      facts: planned.facts,
      effect: digestOf({ writes: planned.writes, expected }),
      evicts: planned.writes.flatMap((write) => (write.verb === "evict" ? [write.uid] : [])).sort(),
      verdicts: verdicts.flatMap(({ code, verdict }) =>
        verdict === "pass" || PASSING.has(code) ? [] : [`${verdict} ${code}`],
      ),
    },
    plan: {
      summary: planned.summary,
      object: refOf(target),
      changes: tried.changes.slice(0, MOST_CHANGES),
      ...(tried.changes.length > MOST_CHANGES && { more_changes: tried.changes.length - MOST_CHANGES }),
      blast_radius: blastRadius(target, planned, objects),
      refused: [
        ...verdicts.filter(({ verdict }) => verdict === "refuse").map(told),
        ...notShown(tried.changes.slice(MOST_CHANGES)),
      ],
      warnings: [
        ...verdicts.filter(({ verdict }) => verdict === "warn").map(told),
        ...(planned.warnings ?? []).map((message) => ({ code: "note", message })),
      ],
      passed: verdicts.filter(({ verdict }) => verdict === "pass").map(({ code }) => code),
      undo: undoText(planned),
    },
  };
}

/** Nobody approves programs and rights that they are not shown. */
function notShown(left: readonly TemplateChange[]): readonly ToldVerdict[] {
  if (!left.some(isWeighty)) return [];
  const message = "More programs or rights change than a plan can show.";
  return [{ code: "not_shown", message, override: "Change it in smaller steps, or with kubectl." }];
}

/** The API server may write a value otherwise than it was given: a quantity of 1000m as 1. */
export function asStored(undo: Undo, target: KubeObject, expected: KubeObject | undefined): Undo {
  if (undo.by !== "fields" || !expected) return undo;
  if (undo.changes.some(({ path }) => isMoved(path, target, expected))) {
    return { by: "nothing", why: "An admission webhook puts its containers in another order." };
  }
  const changes = undo.changes.map(({ path, before }): FieldChange => {
    const after = valueAt(expected, path);
    return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  });
  return { ...undo, changes };
}

/** Whether another container stands at the place that a path names. */
function isMoved(path: string, target: KubeObject, expected: KubeObject): boolean {
  const [place] = /^.*?\/(?:c|initC)ontainers\/\d+/.exec(path) ?? [];
  return place !== undefined && valueAt(target, `${place}/name`) !== valueAt(expected, `${place}/name`);
}

function told(verdict: Verdict): ToldVerdict {
  const override = overrideText(verdict);
  return { code: verdict.code, message: verdict.message, ...(override !== undefined && { override }) };
}

function undoText({ undo, writes }: Planned): string {
  if (writes.length === 0) return "";
  return undo.by === "nothing"
    ? `Irreversible: ${undo.why}`
    : "remediate_undo with the action_id of the result takes it back, unless the object was changed since.";
}
