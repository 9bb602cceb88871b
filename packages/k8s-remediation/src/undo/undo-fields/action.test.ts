import { describe, expect, it } from "vitest";
import type { FieldChange } from "../../action.ts";
import { planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { undoFields } from "./action.ts";

const object = { resource: "deployments", namespace: "shop", name: "web" } as const;
const undoing = (...changes: FieldChange[]) => ({ object, changes });
const node = { resource: "nodes", namespace: "", name: "node-1" } as const;

describe("undo_fields", () => {
  it.each<[string, FieldChange, object]>([
    [
      "replaces a value",
      { path: "/spec/replicas", before: 5, after: 2 },
      { op: "replace", path: "/spec/replicas", value: 5 },
    ],
    [
      "adds what was removed",
      { path: "/spec/paused", before: true },
      { op: "add", path: "/spec/paused", value: true },
    ],
    [
      "removes what was added",
      { path: "/spec/replicas", after: 2 },
      { op: "remove", path: "/spec/replicas" },
    ],
  ])("%s", (_, change, operation) => {
    expect(plannedIn(undoFields, undoing(change)).writes).toEqual([
      { verb: "patch", object, patch: { type: "json", value: [operation] } },
    ]);
  });

  it("refuses when somebody has changed a field since, and names it", () => {
    const plan = planIn(undoFields, undoing({ path: "/spec/replicas", before: 5, after: 3 }));
    expect(plan).toEqual({
      refused: "drifted",
      message: "Deployment web was changed since at /spec/replicas.",
    });
  });

  it("reads keys with slashes and tildes as RFC 6901 writes them", () => {
    const change = { path: "/metadata/annotations/a.b~1c~01", before: "x", after: "y" };
    const plan = planIn(undoFields, undoing(change), ({ metadata }) => {
      metadata.annotations = { "a.b/c~1": "y" };
    });
    expect(plan).toHaveProperty("writes");
  });

  it("is the end: nothing takes it back", () => {
    expect(
      plannedIn(undoFields, undoing({ path: "/spec/replicas", before: 5, after: 2 })).undo,
    ).toMatchObject({
      by: "nothing",
    });
  });

  it("names the Pods that end when replicas become fewer again", () => {
    const { ends } = plannedIn(undoFields, undoing({ path: "/spec/replicas", before: 1, after: 2 }));
    expect(ends).toHaveLength(1);
    expect(plannedIn(undoFields, undoing({ path: "/spec/replicas", before: 3, after: 2 })).ends).toEqual([]);
  });

  const undone = (
    name: string,
    resource: "deployments" | "statefulSets",
    change: FieldChange,
    now: object,
  ) => {
    const target = shopObject(resource, name, ({ spec = {} }) => Object.assign(spec, now));
    const { [change.path.slice(6)]: is } = shopObject(resource, name).spec as unknown as Record<
      string,
      unknown
    >;
    const given = { object: { resource, namespace: "shop", name }, changes: [{ ...change, after: is }] };
    return verifyIn(undoFields, given, { target });
  };

  it("has paused a Deployment when it is paused", () => {
    const change = { path: "/spec/paused", before: true };
    expect(undone("web", "deployments", change, { paused: true })).toEqual({
      state: "done",
      message: 'deployment "web" is paused',
    });
  });

  it.each([
    ["web", "deployments", { paused: true }],
    ["db", "statefulSets", { updateStrategy: { type: "OnDelete" } }],
  ] as const)("scales %s, whatever keeps its template from rolling out", (name, resource, is) => {
    const { replicas = 0 } = shopObject(resource, name).spec ?? {};
    const change = { path: "/spec/replicas", before: replicas };
    expect(undone(name, resource, change, is)).toMatchObject({ state: "done" });
    expect(undone(name, resource, change, { ...is, replicas: 9 })).toMatchObject({ state: "failed" });
  });

  it("follows a rollout where the template changes, and is done at once where nothing rolls out", () => {
    const path = "/spec/template/spec/containers/0/image";
    const image = undoing({ path, before: "a:1", after: "registry.example/web:3" });
    const unobserved = shopObject("deployments", "web", ({ metadata }) => {
      metadata.generation = 9;
    });
    expect(plannedIn(undoFields, image).rollsOut).toBe(true);
    expect(verifyIn(undoFields, image, { target: unobserved })).toMatchObject({ state: "waiting" });
    const uncordoning = {
      object: node,
      changes: [{ path: "/spec/podCIDR", before: "x", after: "10.0.0.0/24" }],
    };
    expect(verifyIn(undoFields, uncordoning, {})).toEqual({
      state: "done",
      message: "Node node-1 is as it was before.",
    });
    expect(verifyIn(undoFields, uncordoning, { target: undefined })).toMatchObject({ state: "failed" });
  });
});
