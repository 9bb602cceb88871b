import { describe, expect, it } from "vitest";
import { intersects } from "./attachment.ts";

describe("hosts of routes and listeners", () => {
  it.each([
    ["shop.example", "shop.example", true],
    ["shop.example", "*.example", true],
    ["*.shop.example", "*.example", true],
    ["a.b.example", "*.example", true],
    ["example", "*.example", false],
    ["*.example", "*.shop.example", true],
    ["shop.example", "other.example", false],
    ["badexample", "*.example", false],
  ])("%s and %s have a name in common: %s", (a, b, expected) => {
    expect(intersects(a, b)).toBe(expected);
    expect(intersects(b, a)).toBe(expected);
  });
});
