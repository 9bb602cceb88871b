import { describe, expect, it } from "vitest";
import type { Action, Undo } from "./action.ts";
import { ACTIONS } from "./actions/index.ts";
import { entryOf } from "./testing/entries.ts";
import { doneOf, planIdOf, type Rig, rig } from "./testing/rig.ts";

const web = { resource: "deployments", namespace: "shop", name: "web" } as const;
const node = { name: "node-1" };
const nightly = { namespace: "shop", name: "nightly" };
const drift = (world: Rig) =>
  world.cluster.edit("deployments", "shop", "web", ({ spec = {} }) => Object.assign(spec, { paused: true }));

interface Case {
  readonly what: string;
  readonly action: Action<never, never>;
  readonly input: object;
  readonly object: readonly ["deployments" | "nodes" | "cronJobs" | "statefulSets", string, string];
  readonly prepare?: (world: Rig) => void;
}

const of = (action: unknown) => action as Action<never, never>;
const CASES: readonly Case[] = [
  {
    what: "scaling",
    action: of(ACTIONS.scale),
    input: { ...web, replicas: 5 },
    object: ["deployments", "shop", "web"],
  },
  { what: "pausing", action: of(ACTIONS.rolloutPause), input: web, object: ["deployments", "shop", "web"] },
  {
    what: "resuming",
    action: of(ACTIONS.rolloutResume),
    input: web,
    object: ["deployments", "shop", "web"],
    prepare: drift,
  },
  {
    what: "setting an image",
    action: of(ACTIONS.setImage),
    input: { ...web, container: "migrate", image: "registry.example/migrate:2" },
    object: ["deployments", "shop", "web"],
  },
  {
    what: "setting resources",
    action: of(ACTIONS.setResources),
    input: { ...web, container: "app", limits: { cpu: "1" } },
    object: ["deployments", "shop", "web"],
  },
  { what: "cordoning", action: of(ACTIONS.cordon), input: node, object: ["nodes", "", "node-1"] },
  {
    what: "uncordoning",
    action: of(ACTIONS.uncordon),
    input: node,
    object: ["nodes", "", "node-1"],
    prepare: ({ cluster }) =>
      cluster.edit("nodes", "", "node-1", ({ spec = {} }) => Object.assign(spec, { unschedulable: true })),
  },
  {
    what: "suspending",
    action: of(ACTIONS.cronjobSuspend),
    input: { ...nightly, suspend: true },
    object: ["cronJobs", "shop", "nightly"],
  },
  {
    what: "rolling a StatefulSet back",
    action: of(ACTIONS.rollback),
    input: { ...web, resource: "statefulSets", name: "db", revision: 0 },
    object: ["statefulSets", "shop", "db"],
  },
];

describe("an undo of", () => {
  it.each(CASES)("$what gives the object back as it was", async ({ action, input, object, prepare }) => {
    const world = rig();
    prepare?.(world);
    const specOf = () => structuredClone(world.cluster.find(...object)?.spec);
    const before = specOf();
    const { actionId } = doneOf(await world.run(action, input as never));
    expect(specOf()).not.toEqual(before);
    const undone = doneOf(await world.undo(actionId));
    expect(specOf()).toEqual(before);
    expect(undone).toMatchObject({ isReversible: false, verification: { verified: true } });
    expect(world.entries().at(-1)).toMatchObject({ undoes: actionId, undo: { by: "nothing" } });
  });

  it("rolling a Deployment back restores the newer template, and kubectl's annotations with it", async () => {
    const world = rig();
    const template = () => structuredClone(world.cluster.find("deployments", "shop", "web")?.spec?.template);
    const before = template();
    const { actionId } = doneOf(await world.run(of(ACTIONS.rollback), { ...web, revision: 1 } as never));
    doneOf(await world.undo(actionId));
    expect(template()).toEqual(before);
  });

  it("running a Job again deletes the new Job, and the old one stays", async () => {
    const world = rig();
    const input = { namespace: "shop", name: "nightly-1" };
    const { actionId, facts } = doneOf(await world.run(of(ACTIONS.jobRerun), input as never));
    expect(world.cluster.find("jobs", "shop", String(facts.new_job))).toBeDefined();
    doneOf(await world.undo(actionId));
    expect(world.cluster.find("jobs", "shop", String(facts.new_job))).toBeUndefined();
    expect(world.cluster.find("jobs", "shop", "nightly-1")).toBeDefined();
  });

  it("running a Job again tells the Pods that end with it, which guard rails do not take for replicas", async () => {
    const world = rig();
    const input = { namespace: "shop", name: "nightly-1" };
    const { actionId, facts } = doneOf(await world.run(of(ACTIONS.jobRerun), input as never));
    const name = String(facts.new_job);
    const owner = { apiVersion: "batch/v1", kind: "Job", name, uid: `uid-${name}`, controller: true };
    const body = structuredClone({ ...world.cluster.find("pods", "shop", "lone") });
    Object.assign(body.metadata ?? {}, { name: `${name}-x`, ownerReferences: [owner] });
    await world.cluster.writer.create({ resource: "pods", namespace: "shop" }, body, { dryRun: false });
    const plan = await world.undo(actionId, { confirm: false });
    expect(plan).toMatchObject({ plan: { refused: [], blast_radius: { pods_ending: 1 } } });
    expect(doneOf(await world.undo(actionId)).verification.verified).toBe(true);
  });

  it("draining uncordons the Node", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.run(of(ACTIONS.drain), node as never));
    doneOf(await world.undo(actionId));
    expect(world.cluster.find("nodes", "", "node-1")?.spec).not.toHaveProperty("unschedulable");
  });

  it("a value that the API server writes otherwise than it was given works all the same", async () => {
    const world = rig();
    const { patch } = world.deps.cluster.writer;
    const cores: typeof patch = async (key, change, ...rest) =>
      patch(key, JSON.parse(JSON.stringify(change).replaceAll('"1000m"', '"1"')), ...rest);
    const cluster = { ...world.deps.cluster, writer: { ...world.deps.cluster.writer, patch: cores } };
    const input = { ...web, container: "app", limits: { cpu: "1000m" } };
    const { actionId } = doneOf(await world.run(of(ACTIONS.setResources), input as never, {}, { cluster }));
    expect(doneOf(await world.undo(actionId)).verification.verified).toBe(true);
  });
});

describe("an undo goes the way of every write", () => {
  it("without confirm it is a plan", async () => {
    const world = rig({ approval: "ask" });
    const planId = planIdOf(await world.scale({ confirm: false }));
    const { actionId } = doneOf(await world.scale({ planId }));
    const planned = await world.undo(actionId, { confirm: false });
    expect(planned).toMatchObject({
      status: "planned",
      plan: { changes: [{ path: "spec.replicas", before: 5, after: 2 }] },
    });
    expect(world.cluster.stored()).toHaveLength(1);
    doneOf(await world.undo(actionId, { planId: planIdOf(planned) }));
    expect(world.cluster.find("deployments", "shop", "web")?.spec?.replicas).toBe(2);
  });

  it("counts for no budget and waits for no cool-down", async () => {
    const budgets = [{ scope: "caller", actions: 1, windowSeconds: 600, rule: "budget" }] as const;
    const world = rig({ coolDownSeconds: 600, budgets });
    const { actionId } = doneOf(await world.scale());
    doneOf(await world.undo(actionId));
  });

  it("is refused in a protected namespace", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.scale());
    Object.assign(world.deps.rules, { isProtected: () => true });
    await expect(world.undo(actionId)).rejects.toMatchObject({ code: "precondition_failed" });
  });
});

describe("an undo is refused", () => {
  it.each<[string, (world: Rig) => void]>([
    ["another field was changed since", drift],
    [
      "the same field was changed since",
      (world) =>
        world.cluster.edit("deployments", "shop", "web", ({ spec = {} }) =>
          Object.assign(spec, { replicas: 9 }),
        ),
    ],
    [
      "the object was made anew",
      (world) =>
        world.cluster.edit("deployments", "shop", "web", ({ metadata }) =>
          Object.assign(metadata, { uid: "x" }),
        ),
    ],
  ])("when %s", async (_, change) => {
    const world = rig();
    const { actionId } = doneOf(await world.scale());
    change(world);
    for (const confirm of [false, true]) {
      await expect(world.undo(actionId, { confirm })).rejects.toMatchObject({ code: "drifted" });
    }
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it("when the Job that an action made is another one by now", async () => {
    const world = rig();
    const input = { namespace: "shop", name: "nightly-1" };
    const { actionId, facts } = doneOf(await world.run(of(ACTIONS.jobRerun), input as never));
    world.cluster.edit("jobs", "shop", String(facts.new_job), ({ metadata }) =>
      Object.assign(metadata, { uid: "x" }),
    );
    await expect(world.undo(actionId)).rejects.toMatchObject({ code: "drifted" });
  });

  it("when the object is gone", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.scale());
    world.cluster.remove("deployments", "shop", "web");
    await expect(world.undo(actionId)).rejects.toMatchObject({ code: "not_found" });
  });

  it("a second time, and of an undo", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.scale());
    const undone = doneOf(await world.undo(actionId));
    await expect(world.undo(actionId)).rejects.toMatchObject({ code: "already_undone" });
    await expect(world.undo(undone.actionId)).rejects.toMatchObject({ code: "not_undoable" });
  });

  it("when another replica takes the action back at the same time", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.scale());
    world.onLedger = () => {
      world.onLedger = () => {};
      world.setEntries([...world.entries(), entryOf({ id: "action-2", undoes: actionId })]);
    };
    await expect(world.undo(actionId)).rejects.toMatchObject({ code: "already_undone" });
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it("of an action that nobody knows", async () => {
    await expect(rig().undo("action-0000000000000009")).rejects.toMatchObject({ code: "unknown_action" });
  });

  it.each<[string, Parameters<typeof entryOf>[0], string]>([
    ["what was not written", { outcome: "not_applied" }, "changed nothing"],
    [
      "what cannot be taken back",
      { undo: { by: "nothing", why: "Pods do not come back." } },
      "Pods do not come back",
    ],
    ["what nobody knows of", { outcome: "unknown" }, "Nobody knows whether"],
    ["what may still be at it", { outcome: "started" }, "Nobody knows whether"],
    [
      "a revision of what has none",
      {
        undo: {
          by: "revision",
          object: { resource: "jobs", namespace: "shop", name: "nightly-1" },
          revision: 1,
        } as Undo,
      },
      "no revisions",
    ],
  ])("of %s", async (_, change, says) => {
    const world = rig();
    world.setEntries([entryOf({ at: world.now, ...change })]);
    const undoing = world.undo("action-0000000000000001");
    await expect(undoing).rejects.toMatchObject({ code: "not_undoable" });
    await expect(undoing).rejects.toThrow(says);
    expect(world.cluster.stored()).toEqual([]);
  });
});

describe("an action whose end nobody recorded", () => {
  it("is taken back when the object shows that it was written", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.scale());
    world.setEntries(
      world.entries().map((entry) => ({ ...entry, outcome: "started" as const, until: world.now - 1 })),
    );
    doneOf(await world.undo(actionId));
    expect(world.cluster.find("deployments", "shop", "web")?.spec?.replicas).toBe(2);
  });

  it("is left alone while it may still be at it", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.scale());
    world.setEntries(world.entries().map((entry) => ({ ...entry, outcome: "started" as const })));
    await expect(world.undo(actionId)).rejects.toThrow("[action_in_progress]");
  });
});
