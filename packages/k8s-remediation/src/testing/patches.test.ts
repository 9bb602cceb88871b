import { describe, expect, it } from "vitest";
import { applyJsonPatch, applyPatch } from "./patches.ts";

const web = () => ({
  metadata: { annotations: { a: "1", "b/c": "2" } },
  spec: { replicas: 2, containers: [{ name: "app", image: "a:1", args: ["x"] }, { name: "proxy" }] },
});

describe("a strategic merge patch", () => {
  it.each<[string, object, object]>([
    ["sets, adds and deletes members", { spec: { replicas: null, paused: true } }, { paused: true }],
    [
      "merges items by name, and adds new ones",
      { spec: { containers: [{ name: "app", image: "a:2" }, { name: "new" }] } },
      {
        replicas: 2,
        containers: [{ name: "app", image: "a:2", args: ["x"] }, { name: "proxy" }, { name: "new" }],
      },
    ],
    [
      "replaces other lists",
      { spec: { containers: [{ name: "app", args: ["y"] }] } },
      {
        replicas: 2,
        containers: [{ name: "app", image: "a:1", args: ["y"] }, { name: "proxy" }],
      },
    ],
    ["replaces a whole object that says so", { spec: { $patch: "replace", replicas: 1 } }, { replicas: 1 }],
  ])("%s", (_, value, spec) => {
    expect(
      applyPatch(web(), { type: "strategic", value: value as Record<string, unknown> }).spec,
    ).toMatchObject(spec);
    expect(web().spec.replicas).toBe(2);
  });
});

describe("a merge patch", () => {
  it("replaces lists, whatever is in them", () => {
    const value = { spec: { containers: [{ name: "app" }] } };
    expect(applyPatch(web(), { type: "merge", value }).spec).toEqual({
      replicas: 2,
      containers: [{ name: "app" }],
    });
  });
});

describe("a JSON patch", () => {
  it("adds, replaces and removes in order, and leaves the original alone", () => {
    const before = web();
    const after = applyJsonPatch(before, [
      { op: "remove", path: "/metadata/annotations/b~1c" },
      { op: "add", path: "/spec/paused", value: true },
      { op: "replace", path: "/spec/containers/1/name", value: "mesh" },
    ]);
    expect(after).toEqual({
      metadata: { annotations: { a: "1" } },
      spec: { ...before.spec, paused: true, containers: [before.spec.containers[0], { name: "mesh" }] },
    });
    expect(before).toEqual(web());
  });

  it.each(["remove", "replace", "test"] as const)("cannot %s what is not there", (op) => {
    expect(() => applyJsonPatch(web(), [{ op, path: "/spec/missing" }])).toThrow("no such member");
    expect(() => applyJsonPatch(web(), [{ op, path: "/spec/missing/deep" }])).toThrow("no such place");
  });
});
