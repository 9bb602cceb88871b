import { describe, expect, it } from "vitest";
import { AT, entryOf, rulesOf } from "../testing/entries.ts";
import { planUsed, reservation } from "./reserve.ts";

const DAY = 24 * 60 * 60 * 1000;
const entry = entryOf({ id: "action-2", outcome: "started" });
const reserve = (earlier: Parameters<typeof entryOf>[0], rules: Parameters<typeof rulesOf>[0] = {}) =>
  reservation(entry, rulesOf(rules), new Set())([entryOf({ id: "action-1", ...earlier })], AT);

describe("a reservation", () => {
  it("says how long the action counts for the rules that it was made under", () => {
    const budgets = [{ scope: "all", actions: 9, windowSeconds: 7200, rule: "budget" }] as const;
    expect(reserve({ at: AT - DAY }, { budgets, coolDownSeconds: 30 }).at(-1)).toEqual({
      ...entry,
      keepSeconds: 7200,
    });
  });

  it("is refused by a cool-down and a budget in the words of their guard rails", () => {
    expect(() => reserve({ at: AT - 10_000 }, { coolDownSeconds: 60 })).toThrow(
      "remediate_scale_deployment acted on Deployment web 10 s ago (action-1, success)",
    );
    const budgets = [{ scope: "all", actions: 1, windowSeconds: 60, rule: "budget" }] as const;
    expect(() => reserve({ at: AT - 10_000 }, { budgets })).toThrow(
      "All callers may act 1 times within 60 s, and did. Try again after 2026-01-02T00:00:50.000Z",
    );
  });
});

it("says of a plan that was used by a server whose clock is ahead that it was used by now", () => {
  expect(planUsed(entryOf({ at: AT + 60_000 }), AT).message).toContain("used at 2026-01-02T00:00:00.000Z");
});
