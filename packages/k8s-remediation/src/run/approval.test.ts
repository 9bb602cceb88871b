import { describe, expect, it } from "vitest";
import { doneOf, editWeb, planIdOf, rig } from "../testing/rig.ts";

const unconfirmed = { confirm: false };

describe("a call without an approval writes nothing", () => {
  it("not confirmed: it is a plan with an id", async () => {
    const world = rig();
    const result = await world.scale(unconfirmed);
    expect(result).toMatchObject({
      status: "planned",
      why: "unconfirmed",
      plan: {
        plan_id: expect.stringMatching(/^plan-/),
        summary: "Scale Deployment web from 2 to 5 replicas.",
        object: { kind: "Deployment", namespace: "shop", name: "web" },
        changes: [{ path: "spec.replicas", before: 2, after: 5 }],
        blast_radius: { replicas: { desired: 2, ready: 2 }, pods_ending: 0 },
        refused: [],
      },
    });
    expect(world.events).toEqual(["dry run scale"]);
    expect(world.cluster.stored()).toEqual([]);
  });

  it("not confirmed, with an id: it is another plan, so that none is renewed, and the id is looked at no further", async () => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    const again = planIdOf(await world.scale({ ...unconfirmed, planId }));
    expect(again).not.toBe(planId);
    expect(planIdOf(await world.scale({ ...unconfirmed, planId: "plan-AAAA" }))).toMatch(/^plan-/);
    doneOf(await world.scale({ planId }));
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it("confirmed in mode ask, where nobody can be asked: the plan must be seen first", async () => {
    const world = rig({ approval: "ask" });
    const result = await world.scale();
    expect(result).toMatchObject({ status: "planned", why: "plan_required" });
    expect(world.cluster.stored()).toEqual([]);
    expect(doneOf(await world.scale({ planId: planIdOf(result) })).facts).toMatchObject({ new_replicas: 5 });
  });

  it("confirmed in mode ask, where a person can be asked: it is a question, even with a plan's id", async () => {
    const world = rig({ approval: "ask" });
    const planId = planIdOf(await world.scale(unconfirmed));
    for (const more of [{}, { planId }]) {
      const result = await world.scale({ ...more, person: {} });
      expect(result).toMatchObject({ status: "question", state: expect.stringMatching(/^plan-/) });
    }
    expect(world.cluster.stored()).toEqual([]);
  });

  it.each([
    ["declines or cancels", { approved: false }],
    ["answers with an empty form", {}],
  ])("the person %s", async (_, answer) => {
    const world = rig({ approval: "ask" });
    const asked = await world.scale({ person: {} });
    if (asked.status !== "question") throw new Error("not asked");
    const result = await world.scale({ person: { state: asked.state, ...answer } });
    expect(result).toMatchObject({ status: "planned", why: "declined" });
    expect(world.records).toMatchObject([{ event: "refused", caller: "bob", codes: ["declined"] }]);
    expect(world.cluster.stored()).toEqual([]);
  });

  it("a person's yes to a plan's id, which is no question, or to another question", async () => {
    const world = rig({ approval: "ask" });
    const planId = planIdOf(await world.scale(unconfirmed));
    const other = await world.scale({ person: {} }, 7);
    if (other.status !== "question") throw new Error("not asked");
    for (const state of [planId, other.state, "", "yes"]) {
      const answered = world.scale({ person: { state, approved: true } });
      await expect(answered).rejects.toMatchObject({ code: "plan_invalid" });
    }
    expect(world.cluster.stored()).toEqual([]);
  });

  it("a question's state in the place of a plan's id", async () => {
    const world = rig({ approval: "ask" });
    const asked = await world.scale({ person: {} });
    if (asked.status !== "question") throw new Error("not asked");
    await expect(world.scale({ planId: asked.state })).rejects.toMatchObject({ code: "plan_invalid" });
    expect(world.cluster.stored()).toEqual([]);
  });

  it("mode never, with everything that would approve it elsewhere", async () => {
    const world = rig({ approval: "never" });
    const planId = planIdOf(await world.scale(unconfirmed));
    for (const more of [{}, { planId }, { person: { state: planId, approved: true } }]) {
      await expect(world.scale(more)).rejects.toMatchObject({ code: "approval_never" });
      expect(world.records.pop()).toMatchObject({ event: "refused", codes: ["approval_never"] });
    }
    expect(world.cluster.stored()).toEqual([]);
  });
});

describe("a person's yes", () => {
  it("carries the plan out that was asked about, once", async () => {
    const world = rig({ approval: "ask" });
    const asked = await world.scale({ person: {} });
    if (asked.status !== "question") throw new Error("not asked");
    const yes = { person: { state: asked.state, approved: true } };
    expect(doneOf(await world.scale(yes)).verification).toMatchObject({ verified: true });
    expect(world.records[0]).toMatchObject({ event: "intent", approval: "person" });
    await expect(world.scale(yes)).rejects.toMatchObject({ code: "plan_used" });
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it("is for the state that was asked about", async () => {
    const world = rig({ approval: "ask" });
    const asked = await world.scale({ person: {} });
    if (asked.status !== "question") throw new Error("not asked");
    editWeb(world, ({ spec = {} }) => Object.assign(spec, { replicas: 3 }));
    const yes = world.scale({ person: { state: asked.state, approved: true } });
    await expect(yes).rejects.toMatchObject({ code: "plan_stale" });
    expect(world.cluster.stored()).toEqual([]);
  });
});
