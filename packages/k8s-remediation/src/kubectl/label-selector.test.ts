import { describe, expect, it } from "vitest";
import { selectorQuery } from "./label-selector.ts";

describe("selectorQuery", () => {
  it.each([
    [{ matchLabels: { app: "web", "example.org/tier": "front" } }, "app=web,example.org/tier=front"],
    [{ matchExpressions: [{ key: "tier", operator: "In", values: ["a", "b"] }] }, "tier in (a,b)"],
    [{ matchExpressions: [{ key: "tier", operator: "NotIn", values: ["a"] }] }, "tier notin (a)"],
    [{ matchExpressions: [{ key: "tier", operator: "Exists" }] }, "tier"],
    [{ matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, "!tier"],
    [
      { matchLabels: { app: "web" }, matchExpressions: [{ key: "tier", operator: "Exists" }] },
      "app=web,tier",
    ],
    [{}, ""],
    [undefined, ""],
  ])("writes %j as %j", (selector, query) => {
    expect(selectorQuery(selector)).toBe(query);
  });
});
