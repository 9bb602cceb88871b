import { describe, expect, it } from "vitest";
import { changedFields, concerns, templateChanges } from "./template-changes.ts";

describe("changed fields", () => {
  it.each([
    ["an added item", { a: [{ name: "x" }] }, { a: [{ name: "x" }, { name: "y" }] }, ["a[y]"]],
    ["a removed field", { a: 1, b: 2 }, { a: 1 }, ["b"]],
    ["an empty object beside an absent one", { a: {} }, {}, []],
    [
      "reordered named items",
      { a: [{ name: "x" }, { name: "y" }] },
      { a: [{ name: "y" }, { name: "x" }] },
      [],
    ],
  ])("tell %s", (_, before, after, expected) => {
    expect(changedFields(before, after)).toEqual(expected);
  });
});

describe("template changes", () => {
  it("hold the value before and after, and none for what controllers and restarts add", () => {
    const before = { $patch: "replace", spec: { containers: [{ name: "app", image: "app:1" }] } };
    const after = {
      metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" } },
      spec: { containers: [{ name: "app", image: "app:2" }] },
    };
    expect(templateChanges(before, after)).toEqual([
      { path: "spec.containers[app].image", before: "app:1", after: "app:2" },
    ]);
  });

  it.each([
    ["spec.containers[app].resources.limits.memory", "spec.containers[app].resources.limits[memory]", true],
    ["spec.containers[app].image", "spec.containers[app]", true],
    ["spec.containers[app]", "spec.containers[app].image", true],
    ["spec.tolerations[0].key", "spec.tolerations", true],
    [
      "spec.affinity.nodeAffinity.terms[0].matchExpressions[0].values[0]",
      "spec.affinity.nodeAffinity.terms[0].matchExpressions[disk]",
      true,
    ],
    ["spec.containers[app].image", "spec.containers[proxy].image", false],
    ["spec.containers[app].imagePullPolicy", "spec.containers[app].image", false],
  ])("at %s concern %s: %s", (changed, field, expected) => {
    expect(concerns(changed, field)).toBe(expected);
  });
});
