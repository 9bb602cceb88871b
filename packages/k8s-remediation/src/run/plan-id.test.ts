import { describe, expect, it } from "vitest";
import { ACTIONS } from "../actions/index.ts";
import { doneOf, editWeb, planIdOf, type Rig, rig } from "../testing/rig.ts";
import type { ActionRequest, RunDeps } from "./deps.ts";

const unconfirmed = { confirm: false };

describe("a plan's id is refused", () => {
  type Otherwise = [more: Partial<ActionRequest>, replicas?: number, deps?: (world: Rig) => Partial<RunDeps>];
  it.each<[string, Otherwise]>([
    ["for another caller", [{ caller: "eve" }]],
    ["for another cluster", [{}, 5, ({ deps }) => ({ cluster: { ...deps.cluster, id: "another" } })]],
    ["for another tool", [{ tool: "remediate_undo" }]],
    ["for other arguments", [{}, 6]],
    ["for an argument more", [{ arguments: { namespace: "shop", name: "web", extra: true } }]],
    ["by a server with another key", [{}, 5, () => ({ key: Buffer.alloc(32, 8) })]],
  ])("%s", async (_, [more, replicas = 5, deps = () => ({})]) => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    const failure = world.scale({ planId, ...more }, replicas, deps(world));
    await expect(failure).rejects.toMatchObject({ code: "plan_invalid" });
    expect(world.cluster.stored()).toEqual([]);
  });

  it.each(["", "plan-", "plan-AAAA", "action-0123"])("when it is none: %j", async (planId) => {
    const world = rig();
    await expect(world.scale({ planId })).rejects.toMatchObject({ code: "plan_invalid" });
    expect(world.cluster.stored()).toEqual([]);
  });

  it("ten minutes after it was made", async () => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    world.now += 601_000;
    await expect(world.scale({ planId })).rejects.toMatchObject({ code: "plan_expired" });
    expect(world.cluster.stored()).toEqual([]);
  });

  it("when it was used, also by a replica that knows it from the ledger alone", async () => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    const { actionId } = doneOf(await world.scale({ planId }));
    const again = world.scale({ planId });
    await expect(again).rejects.toMatchObject({ code: "plan_used" });
    await expect(again).rejects.toThrow(`${actionId}; it was carried out`);
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it("when it was used and its Pod is gone", async () => {
    const world = rig();
    const restart = { namespace: "shop", name: "web-3-a" };
    const planId = planIdOf(await world.run(ACTIONS.podRestart as never, restart, unconfirmed));
    doneOf(await world.run(ACTIONS.podRestart as never, restart, { planId }));
    const again = world.run(ACTIONS.podRestart as never, restart, { planId });
    await expect(again).rejects.toMatchObject({ code: "plan_used" });
  });

  it("when two calls present it at once: one of them writes", async () => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    const outcomes = await Promise.allSettled([world.scale({ planId }), world.scale({ planId })]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "plan_used" },
    });
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it.each<[string, (world: Rig) => void]>([
    [
      "the spec has changed",
      (world) => editWeb(world, ({ spec = {} }) => Object.assign(spec, { paused: true })),
    ],
    [
      "a label has changed",
      (world) => editWeb(world, ({ metadata }) => Object.assign(metadata.labels ?? {}, { a: "b" })),
    ],
    [
      "an annotation has changed",
      (world) => editWeb(world, ({ metadata }) => Object.assign(metadata.annotations ?? {}, { team: "x" })),
    ],
    [
      "it was made anew",
      (world) => editWeb(world, ({ metadata }) => Object.assign(metadata, { uid: "another" })),
    ],
  ])("when %s since", async (_, change) => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    change(world);
    await expect(world.scale({ planId })).rejects.toMatchObject({ code: "plan_stale" });
    expect(world.cluster.stored()).toEqual([]);
  });

  it("not when only status, generation and controllers' annotations have changed", async () => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    world.cluster.controlled = false;
    editWeb(world, (object) => {
      object.status = { observedGeneration: 9, replicas: 2, availableReplicas: 1 };
      Object.assign(object.metadata.annotations ?? {}, { "deployment.kubernetes.io/revision": "4" });
    });
    world.cluster.controlled = true;
    expect(doneOf(await world.scale({ planId })).verification.verified).toBe(true);
  });
});
