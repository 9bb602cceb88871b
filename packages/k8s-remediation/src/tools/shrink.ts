import { digestOf } from "../plans/digest.ts";
import type { Plan } from "../plans/plan.ts";
import type { ActionResult } from "./result.ts";

type Step = (result: ActionResult) => ActionResult;

const FEW = 5;
const SHORT_VALUE = 200;

/** What is left out first, and what last: that something was refused, and how to go on, stays. */
const STEPS: readonly Step[] = [
  (result) => withPlan(result, (plan) => ({ ...plan, passed: [] })),
  (result) => withChanges(result, (changes) => changes.map(shortChange)),
  (result) => withChanges(result, (changes) => changes.slice(0, FEW)),
  (result) => shortLists(result),
  (result) =>
    withPlan(result, (plan) => ({
      ...plan,
      warnings: plan.warnings.slice(0, FEW),
      refused: plan.refused.slice(0, FEW),
    })),
  (result) =>
    withPlan(result, ({ blast_radius: { pods: _, ...radius }, ...plan }) => ({
      ...plan,
      blast_radius: radius,
    })),
  (result) => withChanges(result, (changes) => changes.slice(0, 1)),
];

/** The next smaller form of a result, which says that it lacks something; undefined when nothing is left to drop. */
export function shrinkResult(result: ActionResult): ActionResult | undefined {
  const size = JSON.stringify(result).length;
  for (const step of STEPS) {
    const next = { ...step(result), truncated: "Parts of the plan were left out to keep the answer short." };
    if (JSON.stringify(next).length < size) return next;
  }
  return undefined;
}

function withPlan(result: ActionResult, change: (plan: Plan) => Plan): ActionResult {
  return result.plan ? { ...result, plan: change(result.plan) } : result;
}

function withChanges(
  result: ActionResult,
  change: (changes: Plan["changes"]) => Plan["changes"],
): ActionResult {
  const changed = result.changes ? { ...result, changes: change(result.changes) } : result;
  return withPlan(changed, (plan) => {
    const changes = change(plan.changes);
    const left = (plan.more_changes ?? 0) + plan.changes.length - changes.length;
    return { ...plan, changes, ...(left > 0 && { more_changes: left }) };
  });
}

function shortChange({ path, before, after }: Plan["changes"][number]): Plan["changes"][number] {
  return { path, before: shortValue(before), after: shortValue(after) };
}

const LEAST_VALUE = 40;

/**
 * Values shortened to about so many characters in all, the weightiest last: of what is cut stand the beginning, the
 * length and a digest.
 */
export function withShortValues(plan: Plan, characters: number): Plan {
  let left = characters;
  const short = (value: unknown): unknown => {
    const text = JSON.stringify(value);
    const most = Math.max(LEAST_VALUE, Math.floor(left / 2));
    left -= Math.min(text?.length ?? 0, most);
    if (text === undefined || text.length <= most) return value;
    return `${text.slice(0, most)}… (${text.length} characters, digest ${digestOf(value)})`;
  };
  const changes = plan.changes.map(({ path, before, after }) => ({
    path,
    after: short(after),
    before: short(before),
  }));
  return { ...plan, changes };
}

function shortValue(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined || text.length <= SHORT_VALUE ? value : `${text.slice(0, SHORT_VALUE)}…`;
}

/** Facts such as the Pods that a drain evicts. */
function shortLists(result: ActionResult): ActionResult {
  return Object.fromEntries(
    Object.entries(result).map(([key, value]) => [
      key,
      Array.isArray(value) && value.length > FEW ? value.slice(0, FEW) : value,
    ]),
  ) as ActionResult;
}
