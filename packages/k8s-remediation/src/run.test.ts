import { ClusterError } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "./actions/index.ts";
import type { ActionRequest, RunDeps } from "./run/deps.ts";
import type { RunResult } from "./run.ts";
import { entryOf } from "./testing/entries.ts";
import { doneOf, planIdOf, type Rig, rig } from "./testing/rig.ts";
import type { Draft } from "./testing/store.ts";

const unconfirmed = { confirm: false };
const web = { kind: "Deployment", namespace: "shop", name: "web", uid: "uid-web" };

function editWeb(world: Rig, change: (object: Draft) => void): void {
  world.cluster.edit("deployments", "shop", "web", change);
}

/** Nothing was written, neither to the cluster nor, but for what is allowed, to records. */
function expectNothingWritten(world: Rig): void {
  expect(world.cluster.stored()).toEqual([]);
  expect(world.cluster.find("deployments", "shop", "web")?.spec?.replicas).toBe(2);
}

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
    expectNothingWritten(world);
  });

  it("confirmed in mode ask, where nobody can be asked: the plan must be seen first", async () => {
    const world = rig({ approval: "ask" });
    const result = await world.scale();
    expect(result).toMatchObject({ status: "planned", why: "plan_required" });
    expectNothingWritten(world);
    expect(doneOf(await world.scale({ planId: planIdOf(result) })).facts).toMatchObject({ new_replicas: 5 });
  });

  it("confirmed in mode ask, where a person can be asked: it is a question, even with a plan's id", async () => {
    const world = rig({ approval: "ask" });
    const planId = planIdOf(await world.scale(unconfirmed));
    for (const more of [{}, { planId }]) {
      const result = await world.scale({ ...more, person: {} });
      expect(result).toMatchObject({ status: "question", state: expect.stringMatching(/^plan-/) });
    }
    expectNothingWritten(world);
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
    expectNothingWritten(world);
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
    expectNothingWritten(world);
  });

  it("a question's state in the place of a plan's id", async () => {
    const world = rig({ approval: "ask" });
    const asked = await world.scale({ person: {} });
    if (asked.status !== "question") throw new Error("not asked");
    await expect(world.scale({ planId: asked.state })).rejects.toMatchObject({ code: "plan_invalid" });
    expectNothingWritten(world);
  });

  it("mode never, with everything that would approve it elsewhere", async () => {
    const world = rig({ approval: "never" });
    const planId = planIdOf(await world.scale(unconfirmed));
    for (const more of [{}, { planId }, { person: { state: planId, approved: true } }]) {
      await expect(world.scale(more)).rejects.toMatchObject({ code: "approval_never" });
    }
    expectNothingWritten(world);
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
    expectNothingWritten(world);
  });

  it.each(["", "plan-", "plan-AAAA", "action-0123"])("when it is none: %j", async (planId) => {
    const world = rig();
    await expect(world.scale({ planId })).rejects.toMatchObject({ code: "plan_invalid" });
    expectNothingWritten(world);
  });

  it("ten minutes after it was made", async () => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    world.now += 601_000;
    await expect(world.scale({ planId })).rejects.toMatchObject({ code: "plan_expired" });
    expectNothingWritten(world);
  });

  it("when it was used, also by a replica that knows it from the ledger alone", async () => {
    const world = rig();
    const planId = planIdOf(await world.scale(unconfirmed));
    const { actionId } = doneOf(await world.scale({ planId }));
    const again = world.scale({ planId });
    await expect(again).rejects.toMatchObject({ code: "plan_used" });
    await expect(again).rejects.toThrow(`${actionId}; outcome: success`);
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
    expectNothingWritten(world);
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

describe("a call that is refused", () => {
  const now = Date.now();
  it.each<[string, Parameters<typeof rig>[0], Partial<ReturnType<typeof entryOf>>[], string]>([
    ["protected_namespace", { isProtected: (name) => name === "shop" }, [], "Namespace shop is protected"],
    ["cool_down", { coolDownSeconds: 60 }, [{ at: now - 1_000 }], "See first what came of it"],
    [
      "action_budget",
      { budgets: [{ scope: "caller", actions: 1, windowSeconds: 60, rule: "budget" }] },
      [{ at: now - 1_000, object: { ...web, name: "api" } }],
      "may act 1 times",
    ],
  ])(
    "by %s is a plan when it is not confirmed, and an error when it is",
    async (code, rules, entries, says) => {
      const world = rig(rules);
      world.now = now;
      world.setEntries(entries.map(entryOf));
      const planned = await world.scale(unconfirmed);
      expect(planned).toMatchObject({
        status: "planned",
        plan: { refused: [{ code, message: expect.stringContaining(says) }] },
      });
      expect(planned).not.toHaveProperty("plan.plan_id");
      const failure = world.scale();
      await expect(failure).rejects.toMatchObject({ code: "precondition_failed", retryable: false });
      await expect(failure).rejects.toThrow(`[${code}]`);
      expect(world.records).toEqual([
        {
          event: "refused",
          caller: "bob",
          tool: "remediate_scale_deployment",
          cluster: "test",
          object: { kind: "Deployment", namespace: "shop", name: "web" },
          codes: [code],
        },
      ]);
      expectNothingWritten(world);
    },
  );

  it("can be overridden by who may, and by nobody else", async () => {
    const entries = [entryOf({ at: now - 1_000 })];
    const overriding = { overrides: ["cool_down"] };
    const world = rig({ coolDownSeconds: 60 });
    world.now = now;
    world.setEntries(entries);
    await expect(world.scale(overriding)).rejects.toThrow("does not permit this caller to override it");
    expectNothingWritten(world);
    const permitted = rig({ coolDownSeconds: 60, overrides: new Set(["cool_down"]) });
    permitted.now = now;
    permitted.setEntries(entries);
    const { plan } = doneOf(await permitted.scale(overriding));
    expect(plan.warnings).toContainEqual(
      expect.objectContaining({ code: "cool_down", message: expect.stringContaining("Overridden") }),
    );
  });

  it("by the action itself tells why in kubectl's words", async () => {
    const world = rig();
    editWeb(world, ({ spec = {} }) => Object.assign(spec, { paused: true }));
    const input = { resource: "deployments", namespace: "shop", name: "web" } as const;
    await expect(world.run(ACTIONS.rolloutRestart as never, input)).rejects.toThrow(
      /\[paused\] can't restart paused/,
    );
    expect(world.cluster.writes).toEqual([]);
  });

  it("by the API server's dry run tells what it said", async () => {
    const world = rig();
    world.cluster.before = () => {
      throw new ClusterError("rejected", "a webhook denied it");
    };
    expect(await world.scale(unconfirmed)).toMatchObject({
      plan: { refused: [{ code: "dry_run_rejected", message: "a webhook denied it" }] },
    });
    await expect(world.scale()).rejects.toMatchObject({ code: "precondition_failed" });
    expect(world.cluster.stored()).toEqual([]);
  });

  it.each(["unauthorized", "unreachable", "throttled"] as const)(
    "by a cluster that is %s is that cluster's error, not a verdict on the plan",
    async (code) => {
      const world = rig();
      world.cluster.before = () => {
        throw new ClusterError(code, "no");
      };
      await expect(world.scale(unconfirmed)).rejects.toMatchObject({ name: "ClusterError", code });
      expectNothingWritten(world);
    },
  );

  it("because Pods and budgets could not be read when Pods end by it", async () => {
    const world = rig();
    world.cluster.gaps = { podDisruptionBudgets: "forbidden" };
    const restart = { namespace: "shop", name: "web-3-a" };
    const result = await world.run(ACTIONS.podRestart as never, restart, unconfirmed);
    expect(result).toMatchObject({
      plan: {
        refused: [
          { code: "not_checked", message: expect.stringContaining("podDisruptionBudgets (forbidden)") },
        ],
      },
    });
    expect(await world.scale(unconfirmed)).toMatchObject({
      plan: { refused: [], warnings: [{ code: "not_checked" }] },
    });
  });

  it("because Pods could not be read when fewer replicas are wanted, so that nobody knows which end", async () => {
    const world = rig();
    world.cluster.gaps = { pods: "forbidden" };
    expect(await world.scale(unconfirmed, 1)).toMatchObject({ plan: { refused: [{ code: "not_checked" }] } });
    expect(await world.scale(unconfirmed, 9)).toMatchObject({ plan: { refused: [] } });
  });

  it("when there is no such object", async () => {
    const world = rig();
    world.cluster.remove("deployments", "shop", "web");
    const failure = world.scale();
    await expect(failure).rejects.toMatchObject({ code: "not_found" });
    await expect(failure).rejects.toThrow("There is no Deployment web in namespace shop.");
  });
});

describe("a call that has nothing to do", () => {
  it("writes and records nothing", async () => {
    const world = rig();
    expect(await world.scale({}, 2)).toEqual<RunResult>({
      status: "unchanged",
      message: "Deployment web has 2 replicas already.",
    });
    expect(world.events).toEqual([]);
  });
});
