import type { Diagnosis } from "@k8s-ops/k8s-diagnostics";
import type { Plan } from "../plans/plan.ts";
import type { RunResult } from "../run.ts";
import type { Verification } from "../verify/watch.ts";

/** A call that can be made as it is. */
export interface ReadyCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Why something does not work after all: the first causes of a diagnosis. */
export interface ShortDiagnosis {
  readonly state: string;
  readonly causes: readonly { readonly code: string; readonly title: string; readonly object: unknown }[];
}

/** What a remediate tool answers. The names of the object and facts of the action stand beside these. */
export interface ActionResult {
  readonly cluster: string;
  readonly action: string;
  readonly status: "success" | "cancelled" | "unchanged";
  readonly message: string;
  readonly reason?: string;
  /** Of what was not done. */
  readonly plan?: Plan;
  /** The call that carries the plan out. */
  readonly next?: ReadyCall;
  readonly verified?: Verification["verified"];
  /** What was seen after the write, in kubectl's words where it has them. */
  readonly observed?: string;
  readonly diagnosis?: ShortDiagnosis;
  readonly action_id?: string;
  /** The call that takes it back, or why nothing does. */
  readonly undo?: ReadyCall | string;
  readonly changes?: Plan["changes"];
  readonly warnings?: readonly string[];
  readonly truncated?: string;
  readonly [field: string]: unknown;
}

export interface Called {
  readonly tool: string;
  readonly cluster: string;
  /** The names of the object, as arguments. */
  readonly names: Readonly<Record<string, unknown>>;
  /** The arguments that make the plan. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly reason?: string;
}

const MOST_CAUSES = 3;

/** What is not carried out, and what would carry it out. */
export function notDone(
  called: Called,
  { plan, why }: Extract<RunResult, { status: "planned" }>,
): ActionResult {
  const { plan_id, expires_at: _, ...declined } = plan;
  const next: ReadyCall | undefined =
    plan_id === undefined || why === "declined"
      ? undefined
      : { tool: called.tool, arguments: { ...called.arguments, confirm: true, plan_id } };
  return {
    ...named(called),
    status: "cancelled",
    message: MESSAGES[plan.refused.length > 0 ? "refused" : why],
    plan: why === "declined" ? declined : plan,
    ...(next && { next }),
  };
}

const MESSAGES = {
  unconfirmed: "Action requires confirmation. Set confirm=true",
  plan_required: "Action requires confirmation. Set confirm=true and plan_id, once the plan has been seen",
  declined: "The person who was asked did not approve. Nothing was written",
  refused: "Guard rails refuse this action: see plan.refused. Nothing was written",
} as const;

export function unchanged(called: Called, message: string): ActionResult {
  return { ...named(called), status: "unchanged", message };
}

export function success(
  called: Called,
  { plan, facts, verification, actionId, isReversible, warnings }: Extract<RunResult, { status: "done" }>,
  diagnosis: Diagnosis | undefined,
): ActionResult {
  const { verified, message: observed } = verification;
  const all = [...plan.warnings.map(({ message }) => message), ...warnings];
  return {
    ...named(called),
    ...facts,
    status: "success",
    message: plan.summary,
    ...(called.reason !== undefined && { reason: called.reason }),
    verified,
    observed,
    ...(diagnosis && { diagnosis: shortened(diagnosis) }),
    action_id: actionId,
    undo: isReversible ? undoCall(actionId, called) : plan.undo,
    ...(plan.changes.length > 0 && { changes: plan.changes }),
    ...(all.length > 0 && { warnings: all }),
  };
}

function named({ tool, cluster, names }: Called) {
  return { cluster, action: tool.replace(/^remediate_/, ""), ...names };
}

function undoCall(action_id: string, { arguments: { context } }: Called): ReadyCall {
  const inContext = context === undefined ? {} : { context };
  return { tool: "remediate_undo", arguments: { action_id, ...inContext } };
}

function shortened({ state, causes }: Diagnosis): ShortDiagnosis {
  return {
    state,
    causes: causes.slice(0, MOST_CAUSES).map(({ code, title, object }) => ({ code, title, object })),
  };
}
