import type { Cause, Issue, State } from "../diagnosis.ts";

/** How much of what a target should provide it provides now. */
export type Serving = "all" | "some" | "none" | "unknown";

/** Nothing works: failing. Something is wrong: degraded. What cannot be told is never called healthy. */
export function stateOf(serving: Serving, causes: readonly Cause[], issues: readonly Issue[]): State {
  const isTroubled = causes.length > 0 || issues.some(({ severity }) => severity !== "low");
  if (!isTroubled) return serving === "unknown" ? "unknown" : serving === "none" ? "degraded" : "healthy";
  return serving === "none" ? "failing" : "degraded";
}
