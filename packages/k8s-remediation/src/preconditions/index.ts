import { actionBudget } from "./action-budget/precondition.ts";
import { coolDown } from "./cool-down/precondition.ts";
import type { Precondition, Situation, Verdict } from "./precondition.ts";
import { protectedNamespace } from "./protected-namespace/precondition.ts";

/** All guard rails, in the order in which a plan tells them. */
export const PRECONDITIONS = [
  protectedNamespace,
  actionBudget,
  coolDown,
] as const satisfies readonly Precondition[];

/** What every guard rail says. */
export function judge(situation: Situation): readonly Verdict[] {
  return PRECONDITIONS.flatMap((precondition: Precondition): readonly Verdict[] => {
    const verdicts = precondition.judge(situation);
    if (verdicts.length === 0) return [{ code: precondition.code, verdict: "pass", message: "" }];
    return verdicts.map((verdict) => ({ code: precondition.code, ...verdict }));
  });
}

/** The codes that a call may name as overridden. */
export const PRECONDITION_CODES: ReadonlySet<string> = new Set([
  ...PRECONDITIONS.map(({ code }) => code),
  "not_checked",
]);
