import { describe, expect, it } from "vitest";
import { planIn, plannedIn, shopObject } from "../../testing/shop.ts";
import { uncordon } from "./action.ts";

const input = { name: "node-1" };
const object = { resource: "nodes", namespace: "", name: "node-1" };
const cordoned = shopObject("nodes", "node-1", ({ spec = {} }) =>
  Object.assign(spec, { unschedulable: true }),
);

describe("uncordon", () => {
  const uncordonable = ({ spec = {} }: { spec?: object }) => Object.assign(spec, { unschedulable: true });

  it("deletes spec.unschedulable by a patch, and is taken back by setting it", () => {
    expect(plannedIn(uncordon, input, uncordonable)).toMatchObject({
      writes: [
        { verb: "patch", object, patch: { type: "strategic", value: { spec: { unschedulable: null } } } },
      ],
      undo: { by: "fields", object, changes: [{ path: "/spec/unschedulable", before: true }] },
    });
  });

  it.each([undefined, false])("has nothing to do where spec.unschedulable is %s", (unschedulable) => {
    const plan = planIn(uncordon, input, ({ spec = {} }) => Object.assign(spec, { unschedulable }));
    expect(plan).toEqual({ unchanged: "node/node-1 already uncordoned" });
  });

  it.each([
    ["is done when the Node is schedulable", shopObject("nodes", "node-1"), "done"],
    ["has failed when somebody has cordoned it", cordoned, "failed"],
    ["has failed when the Node is gone", undefined, "failed"],
  ])("%s", (_, target, state) => {
    const before = { target: cordoned } as never;
    const plan = plannedIn(uncordon, input, uncordonable);
    expect(uncordon.verify(input, plan, { target } as never, before)).toMatchObject({ state });
  });
});
