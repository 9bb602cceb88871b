import { describe, expect, it } from "vitest";
import { afterLook, damageOf, QUIET_MS, type Sight } from "./sight.ts";

const NOW = Date.UTC(2026, 0, 2);
const seen: Sight = { uid: "a", counter: 5, at: NOW - 1000 };

describe("damageOf", () => {
  it.each<[string, Sight | undefined, Pick<Sight, "uid" | "counter"> | undefined, RegExp | undefined]>([
    ["nothing where nothing was seen before", undefined, undefined, undefined],
    ["nothing of any Lease that is the first to be seen", undefined, { uid: "b", counter: 0 }, undefined],
    ["nothing of the same", seen, { uid: "a", counter: 5 }, undefined],
    ["nothing of one that was written since", seen, { uid: "a", counter: 6 }, undefined],
    ["that it is older", seen, { uid: "a", counter: 4 }, /older/],
    ["that it is older when its annotation is gone", seen, { uid: "a", counter: 0 }, /older/],
    ["that it is older, however long ago", { ...seen, at: 0 }, { uid: "a", counter: 4 }, /older/],
    [
      "that it is gone, and when that will be accepted",
      seen,
      undefined,
      /gone.*from 2026-01-02T00:19:59.000Z on/,
    ],
    ["that another is there", seen, { uid: "b", counter: 9 }, /another.*from 2026-01-02T00:19:59.000Z on/],
    ["nothing when it is gone after 20 quiet minutes", { ...seen, at: NOW - QUIET_MS }, undefined, undefined],
    ["nothing of another after them", { ...seen, at: NOW - QUIET_MS }, { uid: "b", counter: 1 }, undefined],
  ])("says %s", (_, before, found, text) => {
    const damage = damageOf(before, found, NOW);
    if (text) expect(damage).toMatch(text);
    else expect(damage).toBeUndefined();
  });
});

describe("afterLook", () => {
  const other: Sight = { uid: "b", counter: 1, at: NOW - 10 };
  it.each<
    [string, Sight | undefined, Sight | undefined, Pick<Sight, "uid" | "counter"> | undefined, unknown]
  >([
    ["the first that is seen", undefined, undefined, { uid: "a", counter: 5 }, { ...seen, at: NOW }],
    ["nothing of a Lease without entries", undefined, undefined, { uid: "a", counter: 0 }, undefined],
    ["the same as long as nothing is written", seen, seen, { uid: "a", counter: 5 }, seen],
    ["what was written since", seen, seen, { uid: "a", counter: 6 }, { uid: "a", counter: 6, at: NOW }],
    ["another that took its place", seen, seen, { uid: "b", counter: 1 }, { ...other, at: NOW }],
    ["nothing when it is gone", seen, seen, undefined, undefined],
    ["the newer of two looks that end in the other order", undefined, seen, { uid: "a", counter: 4 }, seen],
    ["the other Lease when an earlier look ends after it", seen, other, { uid: "a", counter: 5 }, other],
  ])("is %s", (_, before, known, found, after) => {
    expect(afterLook(before, known, found, NOW)).toEqual(after);
  });
});
