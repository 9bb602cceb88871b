import { ClusterError } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "../actions/index.ts";
import { doneOf, editWeb, planIdOf, rig } from "../testing/rig.ts";

const unconfirmed = { confirm: false };
const forbidden = async (): Promise<never> => {
  throw new ClusterError("forbidden", "may not read");
};
const web = { resource: "deployments", namespace: "shop", name: "web" } as const;
const back = { ...web, revision: 1 };

describe("what is approved is what was shown", () => {
  it("also where the change lies in another object: a revision that was changed since is not restored", async () => {
    const world = rig();
    const planId = planIdOf(await world.run(ACTIONS.rollback as never, back, unconfirmed));
    world.cluster.edit("replicaSets", "shop", "web-1", ({ spec = {} }) => {
      const { template } = spec as { template: { spec: { containers: { image: string }[] } } };
      for (const container of template.spec.containers) container.image = "evil.example/backdoor:1";
    });
    const failure = world.run(ACTIONS.rollback as never, back, { planId });
    await expect(failure).rejects.toMatchObject({ code: "plan_stale" });
    expect(world.cluster.stored()).toEqual([]);
  });

  it("also of an undo: a history that was changed since does not bring something else back", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.run(ACTIONS.rollback as never, back));
    world.cluster.edit("replicaSets", "shop", "web-3", ({ spec = {} }) => {
      const { template } = spec as { template: { spec: { containers: { image: string }[] } } };
      for (const container of template.spec.containers) container.image = "evil.example/backdoor:1";
    });
    await expect(world.undo(actionId)).rejects.toMatchObject({ code: "not_undoable" });
  });

  it("a restart writes the time that its plan was made at", async () => {
    const world = rig();
    const plan = await world.run(ACTIONS.rolloutRestart as never, web, unconfirmed);
    world.now += 5_000;
    const done = doneOf(await world.run(ACTIONS.rolloutRestart as never, web, { planId: planIdOf(plan) }));
    expect(done.plan.changes).toEqual("plan" in plan ? plan.plan.changes : []);
  });

  it("shows what may do most harm first, and counts what it leaves out", async () => {
    const world = rig();
    world.cluster.edit("replicaSets", "shop", "web-1", ({ metadata }) => {
      const many = Array.from({ length: 60 }, (_, index) => [`example.org/a${index}`, "x"]);
      Object.assign(metadata.annotations ?? {}, Object.fromEntries(many));
    });
    const result = await world.run(ACTIONS.rollback as never, back, unconfirmed);
    if (result.status !== "planned") throw new Error(result.status);
    expect(result.plan.changes).toHaveLength(50);
    const first = result.plan.changes.slice(0, 5).map(({ path }) => path);
    expect(first).toContain("spec.template.spec.containers[app].image");
    expect(result.plan.more_changes).toBeGreaterThanOrEqual(10);
  });

  it("refuses what also changes finalizers or owners, which a plan does not show", async () => {
    const world = rig();
    const { writer } = world.deps.cluster;
    const changing = {
      ...writer,
      patch: async (...args: Parameters<typeof writer.patch>) => {
        const object = await writer.patch(...args);
        return { ...object, metadata: { ...object.metadata, finalizers: ["evil.example/x"] } };
      },
    } as typeof writer;
    const image = { ...web, container: "app", image: "web:9" };
    const result = await world.run(ACTIONS.setImage as never, image, unconfirmed, {
      cluster: { ...world.deps.cluster, writer: changing },
    });
    expect(result).toMatchObject({ plan: { refused: [{ code: "hidden_change" }] } });
  });

  it("lets nobody approve programs that do not fit into a plan", async () => {
    const world = rig();
    world.cluster.edit("replicaSets", "shop", "web-1", ({ spec = {} }) => {
      const { template } = spec as { template: { spec: { containers: unknown[] } } };
      const more = Array.from({ length: 60 }, (_, index) => ({ name: `evil-${index}`, image: "evil:1" }));
      template.spec.containers.push(...more);
    });
    const result = await world.run(ACTIONS.rollback as never, back, unconfirmed);
    expect(result).toMatchObject({ plan: { refused: [{ code: "not_shown" }] } });
  });

  it("a warning that has gone by itself does not make a plan stale", async () => {
    const world = rig();
    editWeb(world, ({ status = {} }) => Object.assign(status, { updatedReplicas: 1 }));
    const planned = await world.scale(unconfirmed);
    const image = { ...web, container: "app", image: "web:9" };
    const rolling = await world.run(ACTIONS.setImage as never, image, unconfirmed);
    editWeb(world, ({ status = {} }) => Object.assign(status, { updatedReplicas: 2 }));
    doneOf(await world.run(ACTIONS.setImage as never, image, { planId: planIdOf(rolling) }));
    expect(planned.status).toBe("planned");
  });

  it("a call that cannot mean anything is told as that, not as a guard rail", async () => {
    const world = rig();
    const image = { ...web, container: "nobody", image: "web:9" };
    const failure = world.run(ACTIONS.setImage as never, image, unconfirmed);
    await expect(failure).rejects.toMatchObject({ code: "invalid_arguments" });
    await expect(failure).rejects.toThrow("Containers are:");
  });
});

describe("what could not be read", () => {
  it("is never taken for in order by a guard rail that judges by it", async () => {
    const world = rig({ overrides: new Set(["not_checked"]) });
    world.cluster.gaps = { namespaces: "forbidden", horizontalPodAutoscalers: "forbidden" };
    const result = await world.scale(unconfirmed);
    expect(result).toMatchObject({
      plan: {
        refused: [{ code: "not_checked", message: expect.stringContaining("protected_object, autoscaled") }],
      },
    });
    if (result.status !== "planned") throw new Error(result.status);
    expect(result.plan.passed).not.toContain("autoscaled");
    doneOf(await world.scale({ overrides: ["not_checked"] }));
  });
});

describe("a confirmed call that is refused", () => {
  it.each<[string, (world: ReturnType<typeof rig>) => Promise<unknown>]>([
    ["plan_invalid", (world) => world.scale({ planId: "plan-x" })],
    ["not_found", (world) => world.run(ACTIONS.scale as never, { ...web, name: "nobody", replicas: 1 })],
    [
      "plan_used",
      async (world) => {
        const planId = planIdOf(await world.scale(unconfirmed));
        doneOf(await world.scale({ planId }));
        return world.scale({ planId });
      },
    ],
    [
      "drifted",
      async (world) => {
        const { actionId } = doneOf(await world.scale());
        editWeb(world, ({ spec = {} }) => Object.assign(spec, { minReadySeconds: 9 }));
        return world.undo(actionId);
      },
    ],
    [
      "forbidden",
      (world) => {
        const cluster = {
          ...world.deps.cluster,
          writer: { ...world.deps.cluster.writer, get: forbidden },
        } as typeof world.deps.cluster;
        return world.scale({}, 5, { cluster });
      },
    ],
    [
      "approval_never",
      async (world) => world.scale({}, 5, { rules: { ...world.deps.rules, approval: "never" } }),
    ],
  ])("stands in the audit log: %s", async (code, act) => {
    const world = rig();
    await expect(act(world)).rejects.toMatchObject({ code });
    expect(world.records.at(-1)).toMatchObject({
      event: "refused",
      codes: [code],
      object: { namespace: "shop" },
    });
  });

  it("and a plan that was declined cannot be approved by anybody else", async () => {
    const world = rig({ approval: "ask" });
    const asked = await world.scale({ person: {} });
    if (asked.status !== "question") throw new Error(asked.status);
    const planId = asked.plan.plan_id ?? "";
    await world.scale({ person: { state: asked.state, approved: false } });
    await expect(world.scale({ planId })).rejects.toMatchObject({ code: "plan_used" });
    expect(world.cluster.stored()).toEqual([]);
  });
});

describe("an undo", () => {
  const toNone = async (world: ReturnType<typeof rig>) => {
    editWeb(world, ({ spec = {} }) => Object.assign(spec, { replicas: 0 }));
    const { actionId } = doneOf(await world.scale({}, 2));
    return actionId;
  };

  it("gives back what was there within an hour, with a warning where a call could override", async () => {
    const world = rig({ coolDownSeconds: 0 });
    const result = await world.undo(await toNone(world), unconfirmed);
    expect(result).toMatchObject({
      plan: { refused: [], warnings: [{ code: "last_ready_replica" }, { code: "below_budget" }] },
    });
  });

  it("needs the override later, when others may rely on what came of it", async () => {
    const world = rig({ coolDownSeconds: 0 });
    const id = await toNone(world);
    world.now += 2 * 60 * 60 * 1000;
    const result = await world.undo(id, unconfirmed);
    expect(result).toMatchObject({ plan: { refused: [{ code: "last_ready_replica" }] } });
  });
});
