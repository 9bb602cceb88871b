import { ClusterError } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "./actions/index.ts";
import type { RunResult } from "./run.ts";
import { entryOf } from "./testing/entries.ts";
import { doneOf, editWeb, rig } from "./testing/rig.ts";

const unconfirmed = { confirm: false };
const web = { kind: "Deployment", namespace: "shop", name: "web", uid: "uid-web" };

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
      expect(world.cluster.stored()).toEqual([]);
    },
  );

  it("can be overridden by who may, and by nobody else", async () => {
    const entries = [entryOf({ at: now - 1_000 })];
    const overriding = { overrides: ["cool_down"] };
    const world = rig({ coolDownSeconds: 60 });
    world.now = now;
    world.setEntries(entries);
    await expect(world.scale(overriding)).rejects.toThrow("does not permit this caller to override it");
    expect(world.cluster.stored()).toEqual([]);
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
      expect(world.cluster.stored()).toEqual([]);
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
