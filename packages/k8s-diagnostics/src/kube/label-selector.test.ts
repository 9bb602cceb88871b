import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesLabelSelector, parseLabelSelector } from "./label-selector.ts";

const LABELS = { app: "web", tier: "front", "example.com/team": "pay", generation: "7", blank: "" };

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
    ["blank=", true],
    ["blank=,app=web", true],
    ["app in(web,api)", true],
    ["app\tnotin(web)", false],
    ["tier in (back,front),app=web", true],
    ["app in (,web)", true],
    ["blank in (web,)", true],
    ["blank in (,)", true],
    ["blank in (a,,b)", true],
    ["app in (a,,b)", false],
    ["generation>6", true],
    ["generation > 7", false],
    ["generation<8,generation>6", true],
    ["generation<7", false],
    ["app>1", false],
    ["zone<1", false],
    ["! zone", true],
    ["in", false],
    ["in in (in)", false],
    ["!notin", true],
    ["constructor", false],
  ])("%s: %s", (text, expected) => {
    const selector = parseLabelSelector(text);
    expect(selector && matchesLabelSelector(selector, LABELS)).toBe(expected);
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
    "app in (a b)",
    "app in (a",
    "app in a)",
    "app in (a))",
    "app in ((a))",
    "app in (a=b)",
    "app in (a) b",
    "generation>seven",
    "generation>",
    "generation>9223372036854775808",
    "generation>=6",
    "!app=web",
    "!",
    "!!app",
    "app===web",
    "app=!web",
    "app,,tier",
    "app\u00a0=web",
    "app constructor web",
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

  it("reads one requirement alike, however it is spaced", () => {
    const space = fc.constantFrom("", " ", "\t", "  ");
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
    const requirement = fc.record({
      key: word,
      word: fc.constantFrom("in", "notin"),
      values: fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(requirement, space, space, ({ key, word: operator, values }, before, between) => {
        const set = values.join(`${between},${before}`);
        const text = `${before}${key} ${between}${operator}${before}(${between}${set}${before})${between}`;
        expect(parseLabelSelector(text)).toEqual([
          { key, operator: operator === "in" ? "In" : "NotIn", values },
        ]);
      }),
    );
  });

  it("selects with a requirement what its opposite does not", () => {
    const value = fc.stringMatching(/^[a-z0-9]{0,3}$/);
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 4 }), fc.option(value), (values, own) => {
        const labels = own === null ? {} : { key: own };
        const matches = (text: string) => matchesLabelSelector(parseLabelSelector(text) ?? [], labels);
        expect(matches(`key in(${values})`)).toBe(!matches(`key notin(${values})`));
        expect(matches(`key=${values[0]}`)).toBe(!matches(`key!=${values[0]}`));
        expect(matches("key")).toBe(!matches("!key"));
      }),
    );
  });
});
