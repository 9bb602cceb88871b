import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { refKey } from "@k8s-ops/k8s-diagnostics/kube";
import type { Entry } from "./entry.ts";

/** At most `actions` writes within any `windowSeconds`. */
export interface ActionBudget {
  /** Whose actions count: the caller's own, or everybody's. */
  readonly scope: "caller" | "all";
  readonly actions: number;
  readonly windowSeconds: number;
  /** The place in the policy that says so. */
  readonly rule: string;
}

/** What the policy says about a caller's writes. */
export interface WriteRules {
  readonly approval: "ask" | "confirm" | "never";
  readonly budgets: readonly ActionBudget[];
  /** Codes of guard rails that the caller may override. */
  readonly overrides: ReadonlySet<string>;
  readonly coolDownSeconds: number;
  isProtected(namespace: string): boolean;
}

/** Whether an entry stands for something that was, or may have been, written. An undo takes back and is not counted. */
function counts({ outcome, undoes }: Entry): boolean {
  return outcome !== "not_applied" && undoes === undefined;
}

/** An entry whose clock is ahead was made just now. */
function ageMs({ at }: Entry, now: number): number {
  return Math.max(0, now - at);
}

/** The budget that has no room for another action, and when it will have, in milliseconds since the epoch. */
export function spentBudget(
  entries: readonly Entry[],
  { budgets }: Pick<WriteRules, "budgets">,
  caller: string,
  now: number,
): { readonly budget: ActionBudget; readonly freeAt: number } | undefined {
  for (const budget of budgets) {
    const windowMs = budget.windowSeconds * 1000;
    const ages = entries
      .filter((entry) => counts(entry) && (budget.scope === "all" || entry.caller === caller))
      .map((entry) => ageMs(entry, now))
      .filter((age) => age < windowMs)
      .sort((a, b) => a - b);
    if (ages.length >= budget.actions)
      return { budget, freeAt: now + windowMs - (ages[budget.actions - 1] ?? 0) };
  }
  return undefined;
}

/** The last action on the same object within the cool-down. */
export function recentAction(
  entries: readonly Entry[],
  object: ObjectRef,
  coolDownSeconds: number,
  now: number,
): Entry | undefined {
  return entries.findLast(
    (entry) =>
      counts(entry) && refKey(entry.object) === refKey(object) && ageMs(entry, now) < coolDownSeconds * 1000,
  );
}

/** An action on the same object whose end nobody has told, and that may still be at it. */
export function runningAction(entries: readonly Entry[], object: ObjectRef, now: number): Entry | undefined {
  return entries.findLast(
    ({ object: other, outcome, until }) =>
      outcome === "started" && until > now && refKey(other) === refKey(object),
  );
}

/** How long what is done under these rules counts for them. */
export function keepSecondsOf({
  budgets,
  coolDownSeconds,
}: Pick<WriteRules, "budgets" | "coolDownSeconds">): number {
  return Math.ceil(Math.max(coolDownSeconds, ...budgets.map(({ windowSeconds }) => windowSeconds)));
}
