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

/** The budget that has no room for another action, and when it will have, in milliseconds since the epoch. */
export function spentBudget(
  entries: readonly Entry[],
  { budgets }: Pick<WriteRules, "budgets">,
  caller: string,
  now: number,
): { readonly budget: ActionBudget; readonly freeAt: number } | undefined {
  for (const budget of budgets) {
    const windowMs = budget.windowSeconds * 1000;
    const inWindow = entries.filter(
      (entry) =>
        counts(entry) && now - entry.at < windowMs && (budget.scope === "all" || entry.caller === caller),
    );
    const first = inWindow[inWindow.length - budget.actions];
    if (inWindow.length >= budget.actions) return { budget, freeAt: (first?.at ?? now) + windowMs };
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
      counts(entry) && refKey(entry.object) === refKey(object) && now - entry.at < coolDownSeconds * 1000,
  );
}

/** An action on the same object whose end nobody has told, and that may still be at it. */
export function runningAction(entries: readonly Entry[], object: ObjectRef, now: number): Entry | undefined {
  return entries.findLast(
    ({ object: other, outcome, until }) =>
      outcome === "started" && until > now && refKey(other) === refKey(object),
  );
}
