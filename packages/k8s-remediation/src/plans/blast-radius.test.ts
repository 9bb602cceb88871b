import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { podRestart } from "../actions/pod-restart/action.ts";
import { scale } from "../actions/scale/action.ts";
import { beforeOf, plannedIn, shopObject } from "../testing/shop.ts";
import { blastRadius } from "./blast-radius.ts";

const pod = { namespace: "shop", name: "web-3-a" };
const { objects } = beforeOf(podRestart, pod);
const nothing = { summary: "", writes: [], facts: {}, undo: { by: "nothing", why: "" }, ends: [] } as const;

describe("blastRadius", () => {
  it("names Pods that end and the budgets that protect them", () => {
    expect(blastRadius(shopObject("pods", "web-3-a"), plannedIn(podRestart, pod), objects)).toEqual({
      pods_ending: 1,
      pods: ["web-3-a"],
      budgets: [{ name: "web", disruptions_allowed: 1 }],
    });
  });

  it("leaves budgets of other Pods out", () => {
    const lone = { namespace: "shop", name: "lone" };
    expect(blastRadius(shopObject("pods", "lone"), plannedIn(podRestart, lone), objects)).toEqual({
      pods_ending: 1,
      pods: ["lone"],
    });
  });

  it.each([
    ["deployments", "web", { desired: 2, ready: 2 }],
    ["statefulSets", "db", { desired: 1, ready: 1 }],
    ["daemonSets", "agent", { desired: 2, ready: 2 }],
    ["nodes", "node-1", undefined],
  ] as const)("tells the replicas of %s %s", (resource, name, replicas) => {
    expect(blastRadius(shopObject(resource, name), nothing, objects).replicas).toEqual(replicas);
  });

  it("counts all Pods that end and names ten", () => {
    const web = { resource: "deployments", namespace: "shop", name: "web", replicas: 0 } as const;
    const planned = plannedIn(scale, web);
    const [first] = planned.ends;
    const ends = Array.from({ length: 25 }, () => first as ObjectOf<"pods">);
    const radius = blastRadius(shopObject("deployments", "web"), { ...planned, ends }, objects);
    expect([radius.pods_ending, radius.pods?.length]).toEqual([25, 10]);
  });
});
