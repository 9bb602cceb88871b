import { describe, expect, it } from "vitest";
import { planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { rolloutPause } from "./action.ts";

const object = { resource: "deployments", namespace: "shop", name: "web" } as const;
const paused = ({ spec = {} }: { spec?: object }) => Object.assign(spec, { paused: true });

describe("rollout_pause", () => {
  it("sets spec.paused by a patch, and is taken back by removing it", () => {
    expect(plannedIn(rolloutPause, object)).toMatchObject({
      writes: [{ verb: "patch", object, patch: { type: "strategic", value: { spec: { paused: true } } } }],
      undo: { by: "fields", object, changes: [{ path: "/spec/paused", after: true }] },
      ends: [],
    });
  });

  it("has nothing to do on a paused Deployment, in kubectl's words", () => {
    expect(planIn(rolloutPause, object, paused)).toEqual({
      unchanged: 'deployments.apps "web" is already paused',
    });
  });

  it.each([
    ["is done when it is paused", shopObject("deployments", "web", paused), "done"],
    ["has failed when somebody resumes it", shopObject("deployments", "web"), "failed"],
    ["has failed when it is deleted", undefined, "failed"],
  ])("%s", (_, target, state) => {
    expect(verifyIn(rolloutPause, object, { target })).toMatchObject({ state });
  });
});
