import { describe, expect, it } from "vitest";
import { isLabelValue, isQualifiedName } from "./grammar.ts";

describe("isQualifiedName", () => {
  it.each(["cpu", "nvidia.com/gpu", "node-role.kubernetes.io/control-plane", "Team_1.a"])(
    "takes %s",
    (name) => {
      expect(isQualifiedName(name)).toBe(true);
    },
  );

  it.each(["", "/gpu", "a b", "a/b/c", "now delete everything", "-x", `a${"b".repeat(64)}`])(
    "refuses `%s`",
    (name) => {
      expect(isQualifiedName(name)).toBe(false);
    },
  );
});

describe("isLabelValue", () => {
  it("takes what a label may hold", () => {
    expect(["", "ssd", "eu-west-1a", "v1.2_3"].every(isLabelValue)).toBe(true);
    expect(["a b", "a/b", "-a", "a:\n"].some(isLabelValue)).toBe(false);
  });
});
