import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  actionId,
  headOf,
  mintToken,
  newHead,
  PLAN_SECONDS,
  type PlanRequest,
  type PlanState,
  tokenProblem,
} from "./token.ts";

const KEY = Buffer.alloc(32, 7);
const NOW = Date.parse("2026-01-02T00:00:00Z");

const text = fc.string({ maxLength: 12 });
const json = fc.dictionary(
  text,
  fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 3 })),
  {
    maxKeys: 4,
  },
);
const requests: fc.Arbitrary<PlanRequest> = fc.record({
  purpose: fc.constantFrom("plan", "question"),
  caller: text,
  cluster: text,
  tool: text,
  arguments: json,
});
const states: fc.Arbitrary<PlanState> = fc.record({
  uid: text,
  intent: text,
  facts: json,
  effect: text,
  evicts: fc.array(text, { maxLength: 3 }),
  verdicts: fc.array(text, { maxLength: 3 }),
});

/** What of two values stays the same when it travels as JSON with its members in any order. */
function isSame(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown): string =>
    JSON.stringify(value, (_, item: unknown) =>
      typeof item === "object" && item !== null && !Array.isArray(item)
        ? Object.entries(item).sort(([x], [y]) => (x < y ? -1 : 1))
        : item,
    );
  return sorted(a) === sorted(b);
}

const request: PlanRequest = {
  purpose: "plan",
  caller: "bob",
  cluster: "uid-1",
  tool: "remediate_scale_deployment",
  arguments: { namespace: "shop", replicas: 3 },
};
const state: PlanState = {
  uid: "u",
  intent: "i",
  facts: { old: 1 },
  effect: "e",
  evicts: ["a"],
  verdicts: ["warn x"],
};
const mint = () => mintToken(KEY, newHead(NOW), request, state);
const problem = (token: string, now = NOW) => tokenProblem(KEY, token, request, state, now);

describe("a plan's token", () => {
  it("fits the request and the state that it was made for, whatever the order of their members", () => {
    fc.assert(
      fc.property(requests, states, (asked, seen) => {
        const token = mintToken(KEY, newHead(NOW), asked, seen);
        const turned = {
          ...asked,
          arguments: Object.fromEntries(Object.entries(asked.arguments).toReversed()),
        };
        expect(tokenProblem(KEY, token, turned, seen, NOW)).toBeUndefined();
      }),
    );
  });

  it("fits no other caller, cluster, tool, arguments or purpose", () => {
    fc.assert(
      fc.property(
        requests,
        requests,
        fc.subarray(["purpose", "caller", "cluster", "tool", "arguments"] as const, { minLength: 1 }),
        (asked, other, members) => {
          const changed = { ...asked, ...Object.fromEntries(members.map((name) => [name, other[name]])) };
          fc.pre(!isSame(asked, changed));
          const token = mintToken(KEY, newHead(NOW), asked, state);
          expect(tokenProblem(KEY, token, changed, state, NOW)).toBe("other_request");
        },
      ),
    );
  });

  it("fits no other uid, intent, facts, evicted Pods or verdicts", () => {
    fc.assert(
      fc.property(
        states,
        states,
        fc.subarray(["uid", "intent", "facts", "effect", "evicts", "verdicts"] as const, { minLength: 1 }),
        (seen, other, members) => {
          const changed = { ...seen, ...Object.fromEntries(members.map((name) => [name, other[name]])) };
          fc.pre(!isSame(seen, changed));
          const token = mintToken(KEY, newHead(NOW), request, seen);
          expect(tokenProblem(KEY, token, request, changed, NOW)).toBe("other_state");
        },
      ),
    );
  });

  it.each([
    ["a value moves from one member to the next", { caller: "bobuid-1", cluster: "" }],
    ["an argument is added that says nothing", { arguments: { ...request.arguments, kind: null } }],
    ["a number becomes a text", { arguments: { namespace: "shop", replicas: "3" } }],
  ])("does not fit when %s", (_, change) => {
    expect(tokenProblem(KEY, mint(), { ...request, ...change }, state, NOW)).toBe("other_request");
  });

  it("is refused when any bit of it is flipped", () => {
    const token = mint();
    const bytes = Buffer.from(token.slice("plan-".length), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      const at = bit >> 3;
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
      expect(problem(`plan-${flipped.toString("base64url")}`)).toMatch(/^other_(request|state)$/);
    }
  });

  it("is refused under any other key", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (other) => {
        fc.pre(!KEY.equals(other));
        expect(tokenProblem(other, mint(), request, state, NOW)).toBe("other_request");
      }),
    );
  });

  it("expires after ten minutes, and a clock that is a minute behind does not matter", () => {
    const token = mint();
    expect(problem(token, NOW + PLAN_SECONDS * 1000)).toBeUndefined();
    expect(problem(token, NOW + PLAN_SECONDS * 1000 + 1)).toBe("expired");
    expect(problem(token, NOW - 60_000)).toBeUndefined();
    expect(problem(token, NOW - 60_001)).toBe("expired");
  });

  it("has one spelling", () => {
    const token = mint();
    const spellings = [
      `${token}=`,
      ` ${token}`,
      `${token}\n`,
      token.toUpperCase(),
      token.slice("plan-".length),
      `plan-${token}`,
      `${token}A`,
      token.slice(0, -1),
      token.replace(/(.)$/, (last) => `${last}!`),
    ];
    for (const other of spellings) expect(problem(other)).toBe("malformed");
  });

  it("is nothing that a text could be by chance", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (any) => {
        expect(problem(any)).toBe("malformed");
        expect(problem(`plan-${any}`)).toBe("malformed");
        expect(headOf(any)).toBeUndefined();
      }),
    );
  });

  it("fits into an argument of 80 characters", () => {
    expect(mint().length).toBeLessThanOrEqual(80);
  });
});

describe("the id of the action that a plan becomes", () => {
  it("is the same however often the plan is presented, and differs from plan to plan", () => {
    const head = newHead(NOW);
    const presented = headOf(mintToken(KEY, head, request, state));
    expect(presented && actionId(presented)).toBe(actionId(head));
    expect(actionId(newHead(NOW))).not.toBe(actionId(head));
    expect(actionId(head)).toMatch(/^action-[0-9a-f]{16}$/);
  });
});
