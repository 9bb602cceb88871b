import type { Gap } from "@k8s-ops/k8s-cluster";
import type { Refused } from "../action.ts";
import { judge } from "../preconditions/index.ts";
import type { Situation, Verdict } from "../preconditions/precondition.ts";
import type { ActionRequest } from "./deps.ts";

/** For so long an undo gives back what was there although a guard rail that a call may override speaks against it. */
const FREE_UNDO_MS = 60 * 60 * 1000;

/**
 * All that speaks for and against a plan: the action's own word, the guard rails, what could not be read, and the dry
 * run; refusals lifted where the call and the policy override them.
 */
export function verdictsOn(
  outcome: object | Refused,
  situation: Situation,
  tried: readonly Verdict[],
  request: ActionRequest,
): readonly Verdict[] {
  const judged = judge(situation);
  const isBlind = judged.some(({ code }) => code === "not_checked");
  const verdicts = [...judged, ...(isBlind ? [] : unread(situation.gaps ?? [])), ...tried];
  const { overrides: permitted } = situation.rules;
  if (!("refused" in outcome)) return withOverrides(verdicts, request, permitted, situation.now);
  const own: Verdict = { code: outcome.refused, verdict: "refuse", message: outcome.message };
  // Of a plan that there is not, nothing passes.
  const others = verdicts.filter(({ verdict }) => verdict !== "pass");
  return withOverrides([own, ...others], request, permitted, situation.now);
}

/** What could not be read, and which no guard rail of this plan judges by. */
function unread(gaps: readonly Gap[]): readonly Verdict[] {
  if (gaps.length === 0) return [];
  const message = `Could not be read: ${gaps.map(({ resource, reason }) => `${resource} (${reason})`).join(", ")}.`;
  return [{ code: "not_checked", verdict: "warn", message }];
}

function withOverrides(
  verdicts: readonly Verdict[],
  { overrides, undoes }: ActionRequest,
  permitted: ReadonlySet<string>,
  now: number,
): readonly Verdict[] {
  const isFree = undoes !== undefined && now - undoes.at < FREE_UNDO_MS;
  return verdicts.map((verdict): Verdict => {
    if (verdict.verdict !== "refuse" || verdict.override !== "call") return verdict;
    if (isFree) return { code: verdict.code, verdict: "warn", message: verdict.message };
    if (!overrides.includes(verdict.code)) return verdict;
    if (permitted.has(verdict.code)) {
      return { code: verdict.code, verdict: "warn", message: `Overridden: ${verdict.message}` };
    }
    const message = `${verdict.message} The policy does not permit this caller to override it.`;
    return { ...verdict, message };
  });
}
