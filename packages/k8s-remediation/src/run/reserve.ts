import { RemediationError } from "../errors.ts";
import type { ActionOutcome, Entry } from "../ledger/entry.ts";
import type { Change } from "../ledger/ledger.ts";
import { keepSecondsOf, recentAction, runningAction, spentBudget, type WriteRules } from "../ledger/rules.ts";
import { budgetTexts, coolDownText, runningTexts } from "../ledger/texts.ts";

/**
 * Enters an action into the ledger if nothing speaks against it at that very moment: its plan was not used, nobody
 * else is at the object, and cool-down and budget leave room, unless they are overridden or an action is taken back.
 */
export function reservation(entry: Entry, rules: WriteRules, overridden: ReadonlySet<string>): Change {
  return (entries, now) => {
    const used = entries.find(({ id }) => id === entry.id);
    if (used) throw planUsed(used, now);
    const running = runningAction(entries, entry.object, now);
    if (running) throw inProgress(running);
    if (entry.undoes === undefined) {
      const spent = spentBudget(entries, rules, entry.caller, now);
      if (spent) {
        const { message, wayOut } = budgetTexts(spent);
        throw new RemediationError("action_budget", `${message} ${wayOut}`);
      }
      const { coolDownSeconds } = rules;
      const recent = recentAction(entries, entry.object, coolDownSeconds, now);
      if (recent && !overridden.has("cool_down"))
        throw new RemediationError("cool_down", coolDownText(recent, coolDownSeconds, now));
    } else if (entries.some(({ undoes, outcome }) => undoes === entry.undoes && outcome !== "not_applied")) {
      throw new RemediationError("already_undone", `${entry.undoes} was taken back already.`);
    }
    return [...entries, { ...entry, keepSeconds: keepSecondsOf(rules) }];
  };
}

/** Writes the outcome, and what is known only then, into an entry. */
export function settlement(id: string, change: Partial<Entry>): Change {
  return (entries) => entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
}

export function planUsed({ id, at, outcome, until }: Entry, now: number): RemediationError {
  const what = outcome === "started" ? unfinished(until, now) : OUTCOMES[outcome];
  return new RemediationError(
    "plan_used",
    `The plan was used at ${new Date(Math.min(at, now)).toISOString()} by ${id}; ${what}. A plan is used at most once; make a new one.`,
  );
}

const OUTCOMES = {
  success: "it was carried out",
  not_applied: "it was declined, or nothing came of it",
  unknown: "nobody knows what came of it; look at the object before you plan again",
} as const satisfies Record<Exclude<ActionOutcome, "started">, string>;

function unfinished(until: number, now: number): string {
  return until > now
    ? "it is still at it"
    : "nobody recorded its outcome: the server ended before; look at the object before you plan again";
}

function inProgress(running: Entry): RemediationError {
  const { message, wayOut } = runningTexts(running);
  return new RemediationError("action_in_progress", `${message} ${wayOut}`);
}
