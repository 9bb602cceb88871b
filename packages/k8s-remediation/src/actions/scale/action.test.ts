import { describe, expect, it } from "vitest";
import { beforeOf, planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { endingPods, scale } from "./action.ts";

const object = { resource: "deployments", namespace: "shop", name: "web" } as const;
const named = { ...object };

describe("scale", () => {
  it("goes through the scale subresource, and is taken back by the field", () => {
    expect(plannedIn(scale, { ...named, replicas: 5 })).toMatchObject({
      summary: "Scale Deployment web from 2 to 5 replicas.",
      writes: [{ verb: "scale", object, replicas: 5 }],
      facts: { old_replicas: 2, new_replicas: 5 },
      undo: { by: "fields", object, changes: [{ path: "/spec/replicas", before: 2, after: 5 }] },
      ends: [],
    });
  });

  it("names the Pods that end when there shall be fewer", () => {
    const { ends } = plannedIn(scale, { ...named, replicas: 0 });
    expect(ends.map(({ metadata }) => metadata.name)).toEqual(["web-3-a", "web-3-b"]);
    expect(plannedIn(scale, { ...named, replicas: 1 }).ends).toHaveLength(1);
  });

  it("takes Pods that are not Ready first, and no Pods that end already", () => {
    const before = beforeOf(scale, { ...named, replicas: 1 });
    const unready = shopObject("pods", "web-3-b", (pod) => {
      pod.status = { conditions: [{ type: "Ready", status: "False" }] };
    });
    const ending = shopObject("pods", "web-3-a", ({ metadata }) => {
      Object.assign(metadata, { name: "web-3-0", uid: "0", deletionTimestamp: "2026-01-02T00:00:00Z" });
    });
    const all = [ending, shopObject("pods", "web-3-a"), unready];
    const objects = { ...before.objects, pods: { ...before.objects.pods, all } };
    expect(endingPods({ ...before, objects }, 1).map(({ metadata }) => metadata.name)).toEqual(["web-3-b"]);
    expect(endingPods({ ...before, objects }, 5)).toHaveLength(2);
  });

  it("has nothing to do when there are so many replicas; none said means one", () => {
    expect(planIn(scale, { ...named, replicas: 2 })).toEqual({
      unchanged: "Deployment web has 2 replicas already.",
    });
    const plan = planIn(scale, { ...named, replicas: 1 }, ({ spec = {} }) => {
      delete spec.replicas;
    });
    expect(plan).toEqual({ unchanged: "Deployment web has 1 replicas already." });
  });

  const after = (status: object, replicas = 5) =>
    shopObject("deployments", "web", (web) => {
      Object.assign(web.spec ?? {}, { replicas });
      web.status = { observedGeneration: 3, replicas: 5, availableReplicas: 5, ...status };
    });
  it.each([
    ["is done when so many are available", after({}), "done"],
    ["waits while fewer are available", after({ availableReplicas: 4 }), "waiting"],
    ["waits while there are more than wanted", after({ replicas: 6 }), "waiting"],
    ["waits until the controller has seen it", after({ observedGeneration: 2 }), "waiting"],
    ["has failed when somebody has scaled it otherwise", after({}, 3), "failed"],
    ["has failed when it is deleted", undefined, "failed"],
  ])("%s", (_, target, state) => {
    expect(verifyIn(scale, { ...named, replicas: 5 }, { target })).toMatchObject({ state });
  });

  it("scales StatefulSets, whose Pods it knows", () => {
    const input = { ...object, resource: "statefulSets", name: "db", replicas: 0 } as const;
    expect(plannedIn(scale, input)).toMatchObject({ facts: { old_replicas: 1, new_replicas: 0 }, ends: [] });
  });
});
