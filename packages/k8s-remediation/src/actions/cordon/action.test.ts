import { describe, expect, it } from "vitest";
import { planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { cordon } from "./action.ts";

const input = { name: "node-1" };
const object = { resource: "nodes", namespace: "", name: "node-1" };
const cordoned = shopObject("nodes", "node-1", ({ spec = {} }) =>
  Object.assign(spec, { unschedulable: true }),
);

describe("cordon", () => {
  it("patches spec.unschedulable as kubectl cordon does, and is taken back by removing it", () => {
    expect(plannedIn(cordon, input)).toMatchObject({
      writes: [
        { verb: "patch", object, patch: { type: "strategic", value: { spec: { unschedulable: true } } } },
      ],
      undo: { by: "fields", object, changes: [{ path: "/spec/unschedulable", after: true }] },
      ends: [],
    });
  });

  it("has nothing to do on a Node that is cordoned, in kubectl's words", () => {
    const plan = planIn(cordon, input, ({ spec = {} }) => Object.assign(spec, { unschedulable: true }));
    expect(plan).toEqual({ unchanged: "node/node-1 already cordoned" });
  });

  it.each([
    ["is done when the Node is unschedulable", { target: cordoned }, "done"],
    ["has failed when somebody has uncordoned it", {}, "failed"],
    ["has failed when the Node is gone", { target: undefined }, "failed"],
  ])("%s", (_, after, state) => {
    expect(verifyIn(cordon, input, after)).toMatchObject({ state });
  });
});
