import { spentBudget } from "../../ledger/rules.ts";
import { budgetTexts } from "../../ledger/texts.ts";
import { definePrecondition } from "../precondition.ts";

/** A caller that runs away is stopped after a number of actions. */
export const actionBudget = definePrecondition({
  code: "action_budget",
  when: "the policy's budget of actions is spent",
  liftedBy: "time, or the policy",
  judge({ entries, rules, caller, now, isUndo }) {
    const spent = isUndo ? undefined : spentBudget(entries, rules, caller, now);
    if (!spent) return [];
    const { message, wayOut } = budgetTexts(spent);
    return [{ verdict: "refuse", message, override: { instead: wayOut } }];
  },
});
