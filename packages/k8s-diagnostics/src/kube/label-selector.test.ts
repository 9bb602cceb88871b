import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLabelSelector } from "./label-selector.ts";
import { matchesSelector } from "./selectors.ts";

const LABELS = { app: "web", tier: "front", "example.com/team": "pay" };

describe("parseLabelSelector", () => {
  it.each([
    ["app=web", true],
    ["app==web", true],
    ["app!=web", false],
    ["zone!=a", true],
    ["app=web,tier=back", false],
    [" app = web , tier in (front, back) ", true],
    ["tier notin (back)", true],
    ["zone notin (a,b)", true],
    ["app", true],
    ["!app", false],
    ["!zone,example.com/team=pay", true],
    ["app=", false],
  ])("%s: %s", (text, expected) => {
    const selector = parseLabelSelector(text);
    expect(selector && matchesSelector(selector, LABELS)).toBe(expected);
  });

  it.each([
    "",
    ",",
    "app=web,",
    "=web",
    "app in web",
    "app in ()",
    "a b",
    "app=we b",
    "app=<x>",
    "x".repeat(2_000),
  ])("refuses %s", (text) => {
    expect(parseLabelSelector(text)).toBeUndefined();
  });

  it("answers whatever it is given, in linear time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (text) => {
        parseLabelSelector(text);
      }),
    );
  });
});
