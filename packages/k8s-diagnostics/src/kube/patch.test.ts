import { describe, expect, it } from "vitest";
import { nest, podSpecPatch, toYaml } from "./patch.ts";

describe("toYaml", () => {
  it("writes blocks, lists of objects and lists of words", () => {
    expect(toYaml({ a: [{ name: "x", list: ["up", "down"] }], b: { c: 1, d: true, e: null } })).toBe(
      [
        "a:",
        "  - name: x",
        "    list:",
        "      - up",
        "      - down",
        "b:",
        "  c: 1",
        "  d: true",
        "  e: null",
        "",
      ].join("\n"),
    );
  });

  it.each(["no", "1", "1.0", "a: b", "- a", "#", "", "a\nb", "$patch", "64Mi", "Null"])(
    "quotes %j",
    (text) => {
      expect(toYaml({ key: text })).toBe(`key: ${JSON.stringify(text)}\n`);
    },
  );
});

describe("podSpecPatch", () => {
  it.each([
    ["Pod", "spec:\n  nodeName: a\n"],
    ["CronJob", "spec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          nodeName: a\n"],
  ])("reaches the Pod's spec of a %s", (kind, patch) => {
    expect(podSpecPatch(kind, { nodeName: "a" })).toBe(patch);
  });
});

describe("nest", () => {
  it("puts list items into lists under their names", () => {
    expect(nest(["containers", { name: "app" }, "env", { name: "A" }, "valueFrom"], { x: 1 })).toEqual({
      containers: [{ name: "app", env: [{ name: "A", valueFrom: { x: 1 } }] }],
    });
  });
});
