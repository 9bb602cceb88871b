import type { Entry } from "./entry.ts";
import type { ActionBudget } from "./rules.ts";

/** What is said of a spent budget, and the way out. */
export function budgetTexts({ budget, freeAt }: { readonly budget: ActionBudget; readonly freeAt: number }) {
  const { actions, windowSeconds, scope, rule } = budget;
  return {
    message: `${scope === "all" ? "All callers" : "This caller"} may act ${actions} times within ${windowSeconds} s, and did.`,
    wayOut: `Try again after ${new Date(freeAt).toISOString()}; a larger budget is set in the policy (${rule}).`,
  };
}

/** What is said of an object that somebody acted on a moment ago. */
export function coolDownText({ id, tool, at, outcome, object }: Entry, seconds: number, now: number): string {
  const age = Math.max(0, now - at);
  const wait = Math.ceil((seconds * 1000 - age) / 1000);
  return `${tool} acted on ${object.kind} ${object.name} ${Math.floor(age / 1000)} s ago (${id}, ${outcome}). See first what came of it, and try again in ${wait} s.`;
}

/** What is said of an object that somebody is at. */
export function runningTexts({ id, tool, object, until }: Entry) {
  return {
    message: `${tool} is at ${object.kind} ${object.name} (${id}).`,
    wayOut: `Wait until it has ended, or until ${new Date(until).toISOString()} if its server has ended before.`,
  };
}
