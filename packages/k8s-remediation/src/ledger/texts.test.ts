import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AT, entryOf } from "../testing/entries.ts";
import { budgetTexts, coolDownText } from "./texts.ts";

describe("what is said of a spent budget", () => {
  it.each([
    ["caller", "This caller may act 2 times within 60 s, and did."],
    ["all", "All callers may act 2 times within 60 s, and did."],
  ] as const)("names whose it is, and when it is free: %s", (scope, message) => {
    const budget = { scope, actions: 2, windowSeconds: 60, rule: "roles.a.budget" };
    expect(budgetTexts({ budget, freeAt: AT })).toEqual({
      message,
      wayOut:
        "Try again after 2026-01-02T00:00:00.000Z; a larger budget is set in the policy (roles.a.budget).",
    });
  });
});

describe("what is said of a cool-down", () => {
  it("names action, object and the rest of the time", () => {
    expect(coolDownText(entryOf({ at: AT - 20_500 }), 60, AT)).toBe(
      "remediate_scale_deployment acted on Deployment web 20 s ago (action-0000000000000001, success). See first what came of it, and try again in 40 s.",
    );
  });

  it("never names a time that is negative or longer than the cool-down, whatever the clocks say", () => {
    fc.assert(
      fc.property(fc.nat(2 * AT), fc.integer({ min: -AT, max: 59_999 }), (now, age) => {
        const at = Math.max(0, now - age);
        const text = coolDownText(entryOf({ at }), 60, now);
        const [ago = -1, wait = -1] = [...text.matchAll(/(-?\d+) s\b/g)].map(([, seconds]) =>
          Number(seconds),
        );
        expect(ago).toBeGreaterThanOrEqual(0);
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(60);
      }),
    );
  });
});
