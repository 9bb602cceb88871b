import { describe, expect, it } from "vitest";
import { beforeOf, planIn, plannedIn, shopObject } from "../../testing/shop.ts";
import { rolloutResume } from "./action.ts";

const object = { resource: "deployments", namespace: "shop", name: "web" } as const;
const paused = ({ spec = {} }: { spec?: object }) => Object.assign(spec, { paused: true });

describe("rollout_resume", () => {
  it("removes spec.paused by a patch, and is taken back by setting it", () => {
    expect(plannedIn(rolloutResume, object, paused)).toMatchObject({
      writes: [{ verb: "patch", object, patch: { type: "strategic", value: { spec: { paused: null } } } }],
      undo: { by: "fields", object, changes: [{ path: "/spec/paused", before: true }] },
      rollsOut: true,
    });
  });

  it("has nothing to do on a Deployment that is not paused, in kubectl's words", () => {
    expect(planIn(rolloutResume, object)).toEqual({ unchanged: 'deployments.apps "web" is not paused' });
  });

  it("follows the rollout that it lets go", () => {
    const before = beforeOf(rolloutResume, object, paused);
    const plan = plannedIn(rolloutResume, object, paused);
    const target = shopObject("deployments", "web", ({ metadata }) => {
      metadata.generation = 4;
    });
    expect(rolloutResume.verify(object, plan, { target, objects: before.objects }, before)).toEqual({
      state: "waiting",
      message: "Waiting for deployment spec update to be observed...",
    });
  });
});
