import { describe, expect, it } from "vitest";
import { isInBlock } from "./cidr.ts";

describe("isInBlock", () => {
  it.each([
    ["10.1.2.3", "10.0.0.0/8", true],
    ["10.1.2.3", "10.1.2.4/32", false],
    ["10.1.2.3", "0.0.0.0/0", true],
    ["10.1.2.3", "10.1.2.2/31", true],
    ["fd00::1:2", "fd00::/16", true],
    ["fd01::1", "fd00::/16", false],
    ["::1", "::/0", true],
    ["10.1.2.3", "::/0", false],
    ["10.1.2", "10.0.0.0/8", false],
    ["10.1.2.3", "10.0.0.0", false],
    ["10.1.2.3", "10.0.0.0/40", false],
    ["1:2:3::4::5", "::/0", false],
  ])("tells of %s in %s: %s", (address, block, expected) => {
    expect(isInBlock(address, block)).toBe(expected);
  });
});
