import { describe, expect, it } from "vitest";
import { matchesLabels, matchesSelector } from "./selectors.ts";

const labels = { app: "web", tier: "front" };

describe("matchesLabels", () => {
  it.each([
    [{ app: "web" }, true],
    [{ app: "web", tier: "front" }, true],
    [{ app: "api" }, false],
    [{ app: "web", zone: "a" }, false],
    [{}, false],
    [undefined, false],
  ])("of %j is %s", (selector, matches) => {
    expect(matchesLabels(selector, labels)).toBe(matches);
  });
});

describe("matchesSelector", () => {
  const expression = (key: string, operator: string, values: readonly string[] = []) => ({
    matchExpressions: [{ key, operator, values }],
  });

  it.each([
    [{}, true],
    [undefined, false],
    [{ matchLabels: { app: "web" } }, true],
    [{ matchLabels: { app: "api" } }, false],
    [expression("app", "In", ["web", "api"]), true],
    [expression("app", "In", ["api"]), false],
    [expression("zone", "In", ["a"]), false],
    [expression("app", "NotIn", ["api"]), true],
    [expression("zone", "NotIn", ["a"]), true],
    [expression("app", "NotIn", ["web"]), false],
    [expression("app", "Exists"), true],
    [expression("zone", "Exists"), false],
    [expression("zone", "DoesNotExist"), true],
    [expression("app", "DoesNotExist"), false],
    [expression("app", "Gt", ["1"]), false],
  ])("of %j is %s", (selector, matches) => {
    expect(matchesSelector(selector, labels)).toBe(matches);
  });
});
