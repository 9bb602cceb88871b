import { describe, expect, it } from "vitest";
import { AT, entryOf } from "../testing/entries.ts";
import type { Entry } from "./entry.ts";
import { type ActionBudget, keepSecondsOf, recentAction, runningAction, spentBudget } from "./rules.ts";

const budget = (scope: ActionBudget["scope"], actions = 2, windowSeconds = 60): ActionBudget => ({
  scope,
  actions,
  windowSeconds,
  rule: "budget",
});
const ago = (seconds: number, change: Partial<Entry> = {}) => entryOf({ at: AT - seconds * 1000, ...change });

describe("spentBudget", () => {
  it.each<{ says: string; entries: Entry[]; budgets: ActionBudget[]; freeIn: number | undefined }>([
    { says: "room for another", entries: [ago(5)], budgets: [budget("caller")], freeIn: undefined },
    { says: "none after the last one", entries: [ago(20), ago(5)], budgets: [budget("caller")], freeIn: 40 },
    {
      says: "room as soon as the last but one leaves the window",
      entries: [ago(50), ago(20), ago(5)],
      budgets: [budget("caller")],
      freeIn: 40,
    },
    {
      says: "room when they are older",
      entries: [ago(60), ago(5)],
      budgets: [budget("caller")],
      freeIn: undefined,
    },
    {
      says: "room when others did it",
      entries: [ago(20, { caller: "eve" }), ago(5)],
      budgets: [budget("caller")],
      freeIn: undefined,
    },
    {
      says: "none when others did it and it is a budget of all",
      entries: [ago(20, { caller: "eve" }), ago(5)],
      budgets: [budget("all")],
      freeIn: 40,
    },
    {
      says: "room when nothing was written",
      entries: [ago(20, { outcome: "not_applied" }), ago(5)],
      budgets: [budget("caller")],
      freeIn: undefined,
    },
    {
      says: "none when nobody knows whether something was written",
      entries: [ago(20, { outcome: "unknown" }), ago(5, { outcome: "started" })],
      budgets: [budget("caller")],
      freeIn: 40,
    },
    {
      says: "room when an action was taken back",
      entries: [ago(20, { undoes: "action-1" }), ago(5)],
      budgets: [budget("caller")],
      freeIn: undefined,
    },
    {
      says: "the first budget that is spent",
      entries: [ago(20), ago(5)],
      budgets: [budget("all", 9), budget("caller", 2, 30), budget("all", 1)],
      freeIn: 10,
    },
    {
      says: "none when the clock of who did it is ahead, which counts as just now",
      entries: [ago(-300), ago(20)],
      budgets: [budget("caller")],
      freeIn: 40,
    },
    {
      says: "room by the older of two whose clocks are apart, in whatever order they stand",
      entries: [ago(5), ago(50)],
      budgets: [budget("caller")],
      freeIn: 10,
    },
    { says: "none at all in a budget of 0", entries: [], budgets: [budget("caller", 0)], freeIn: 60 },
    { says: "room without a budget", entries: [ago(5)], budgets: [], freeIn: undefined },
  ])("has $says", ({ entries, budgets, freeIn }) => {
    const spent = spentBudget(entries, { budgets }, "bob", AT);
    expect(spent && (spent.freeAt - AT) / 1000).toBe(freeIn);
  });
});

const web = entryOf().object;

describe("recentAction", () => {
  it.each<[string, Entry[], string | undefined]>([
    ["the last one", [ago(50, { id: "first" }), ago(20, { id: "second" })], "second"],
    ["none that is as old as the cool-down", [ago(60)], undefined],
    ["one whose clock is ahead", [ago(-300, { id: "ahead" })], "ahead"],
    ["none on another object", [ago(5, { object: { ...web, name: "api" } })], undefined],
    ["none in another namespace", [ago(5, { object: { ...web, namespace: "other" } })], undefined],
    ["none that did nothing", [ago(5, { outcome: "not_applied" })], undefined],
    ["none that took an action back", [ago(5, { undoes: "action-1" })], undefined],
    ["one on an object that was made anew", [ago(5, { id: "x", object: { ...web, uid: "another" } })], "x"],
  ])("is %s", (_, entries, id) => {
    expect(recentAction(entries, web, 60, AT)?.id).toBe(id);
  });
});

describe("runningAction", () => {
  it.each<[string, Partial<Entry>, boolean]>([
    ["one whose end nobody has told", { outcome: "started", until: AT + 1 }, true],
    ["none that must have ended", { outcome: "started", until: AT }, false],
    ["none that has ended", { outcome: "success", until: AT + 1 }, false],
    ["one that takes an action back", { outcome: "started", until: AT + 1, undoes: "action-1" }, true],
    ["none on another object", { outcome: "started", until: AT + 1, object: { ...web, kind: "Pod" } }, false],
  ])("is %s", (_, change, isRunning) => {
    expect(runningAction([entryOf(change)], web, AT) !== undefined).toBe(isRunning);
  });
});

describe("keepSecondsOf", () => {
  it.each([
    ["the cool-down", 90, [budget("caller", 2, 60)], 90],
    ["the largest window", 30, [budget("caller", 2, 60), budget("all", 2, 3600)], 3600],
    ["the cool-down where there is no budget", 30, [], 30],
    ["whole seconds", 0.5, [], 1],
  ])("is %s", (_, coolDownSeconds, budgets, seconds) => {
    expect(keepSecondsOf({ coolDownSeconds, budgets })).toBe(seconds);
  });
});
