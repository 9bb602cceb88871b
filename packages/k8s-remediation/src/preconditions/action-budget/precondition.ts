import { spentBudget } from "../../ledger/rules.ts";
import { definePrecondition } from "../precondition.ts";

/** A caller that runs away is stopped after a number of actions. */
export const actionBudget = definePrecondition({
  code: "action_budget",
  when: "the policy's budget of actions is spent",
  liftedBy: "time, or the policy",
  judge({ entries, rules, caller, now, isUndo }) {
    const spent = isUndo ? undefined : spentBudget(entries, rules, caller, now);
    if (!spent) return [];
    const { actions, windowSeconds, scope, rule } = spent.budget;
    return [
      {
        verdict: "refuse",
        message: `${scope === "all" ? "All callers" : "This caller"} may act ${actions} times within ${windowSeconds} s, and did.`,
        override: {
          instead: `Try again after ${new Date(spent.freeAt).toISOString()}; a larger budget is set in the policy (${rule}).`,
        },
      },
    ];
  },
});
