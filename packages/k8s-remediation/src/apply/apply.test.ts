import { ClusterError, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import type { Planned } from "../action.ts";
import { ACTIONS } from "../actions/index.ts";
import { doneOf, rig } from "../testing/rig.ts";
import { shop } from "../testing/shop.ts";
import { applyPlan } from "./apply.ts";

const evicting = (...names: string[]): Planned => ({
  summary: "",
  writes: names.map((name) => ({
    verb: "evict",
    object: { resource: "pods", namespace: "shop", name },
    uid: `uid-${name}`,
  })),
  facts: {},
  undo: { by: "nothing", why: "" },
  ends: [] as readonly ObjectOf<"pods">[],
  waitsForBudgets: true,
});
const patience = (ms: number) => ({
  dryRun: false,
  now: Date.now,
  until: Date.now() + ms,
  retryMs: 5,
  reread: async (): Promise<never> => {
    throw new Error("not to be read again");
  },
});
const node = { uid: "uid-node-1" };

describe("evictions of a drain", () => {
  it("wait for budgets, one after the other, and tell what they do", async () => {
    const cluster = shop();
    const told: string[] = [];
    cluster.before = ({ verb }) => {
      const refused = cluster.stored().length >= 4;
      if (verb === "evict" && refused) cluster.edit("podDisruptionBudgets", "shop", "web", allow);
    };
    const allow = (budget: { status?: object }) =>
      Object.assign(budget.status ?? {}, { disruptionsAllowed: 1 });
    const plan = evicting("web-3-a", "web-3-b");
    const options = { ...patience(2_000), progress: (message: string) => void told.push(message) };
    expect(await applyPlan(cluster.writer, plan, node, options)).toEqual({ left: [] });
    expect(cluster.find("pods", "shop", "web-3-a")).toBeUndefined();
    expect(cluster.find("pods", "shop", "web-3-b")).toBeUndefined();
    expect(told).toContain("waiting for the budget of shop/web-3-b");
    expect(told).toContain("evicted shop/web-3-b");
  });

  it("leave what a budget forbids until time is up, and never delete", async () => {
    const cluster = shop();
    const { left } = await applyPlan(cluster.writer, evicting("web-3-a", "web-3-b"), node, patience(30));
    expect(left).toEqual([
      { pod: "shop/web-3-b", error: expect.objectContaining({ code: "disruption_budget" }) },
    ]);
    expect(new Set(cluster.stored().map(({ verb }) => verb))).toEqual(new Set(["evict"]));
    expect(cluster.find("pods", "shop", "web-3-b")).toBeDefined();
  });

  it("end when the caller of the library gives up waiting", async () => {
    const cluster = shop();
    const signal = AbortSignal.abort();
    const plan = evicting("web-3-a", "web-3-b");
    const { left } = await applyPlan(cluster.writer, plan, node, { ...patience(60_000), signal });
    expect(left).toHaveLength(1);
  });

  it.each(["not_found", "conflict"] as const)("take a Pod that is %s for gone", async (code) => {
    const cluster = shop();
    cluster.before = () => {
      throw new ClusterError(code, "");
    };
    expect(await applyPlan(cluster.writer, evicting("web-3-a"), node, patience(60_000))).toEqual({
      left: [],
    });
    expect(cluster.stored()).toHaveLength(1);
  });

  it.each(["forbidden", "timeout", "server_error"] as const)("do not try %s again", async (code) => {
    const cluster = shop();
    cluster.before = ({ object }) => {
      if (object.name === "web-3-a") throw new ClusterError(code, "");
    };
    const { left } = await applyPlan(cluster.writer, evicting("web-3-a", "lone"), node, patience(60_000));
    expect(left.map(({ pod }) => pod)).toEqual(["shop/web-3-a"]);
    expect(cluster.stored()).toHaveLength(2);
  });
});

describe("a drain", () => {
  it("tells what is left when a budget forbade it to the end", async () => {
    const world = rig();
    const body = structuredClone({ ...world.cluster.find("pods", "shop", "web-3-b") });
    Object.assign(body.metadata ?? {}, { name: "web-3-c" });
    await world.cluster.writer.create({ resource: "pods", namespace: "shop" }, body, { dryRun: false });
    world.cluster.edit("pods", "shop", "web-3-b", ({ spec = {} }) =>
      Object.assign(spec, { nodeName: "node-1" }),
    );
    const result = await world.run(ACTIONS.drain as never, { name: "node-1" });
    expect(doneOf(result).verification).toMatchObject({
      verified: false,
      message: expect.stringMatching(
        /1 of 2 Pods have not ended yet\. Not evicted: shop\/web-3-b: .*disruption budget/,
      ),
    });
    expect(world.cluster.find("nodes", "", "node-1")?.spec).toMatchObject({ unschedulable: true });
  });

  it("is a plan with a warning while a budget forbids an eviction", async () => {
    const world = rig();
    world.cluster.edit("podDisruptionBudgets", "shop", "web", ({ status = {} }) =>
      Object.assign(status, { disruptionsAllowed: 0 }),
    );
    const result = await world.run(ACTIONS.drain as never, { name: "node-1" }, { confirm: false });
    expect(result).toMatchObject({
      plan: {
        refused: [],
        warnings: expect.arrayContaining([
          expect.objectContaining({
            code: "disruption_budget",
            message: expect.stringContaining("waits for it"),
          }),
        ]),
        blast_radius: { pods_ending: 1, budgets: [{ name: "web", disruptions_allowed: 0 }] },
      },
    });
  });

  it("is a plan, too, while a Pod waits for the end of its Namespace, which no restart of the Pod is", async () => {
    const world = rig();
    world.cluster.before = ({ verb }) => {
      if (verb === "evict") throw new ClusterError("namespace_terminating", "it ends with it");
    };
    const result = await world.run(ACTIONS.drain as never, { name: "node-1" }, { confirm: false });
    expect(result).toMatchObject({ plan: { refused: [] } });
    const restart = { namespace: "shop", name: "web-3-a" };
    expect(await world.run(ACTIONS.podRestart as never, restart, { confirm: false })).toMatchObject({
      plan: { refused: [{ code: "dry_run_rejected", message: "it ends with it" }] },
    });
  });

  it("does not mind a Pod that ends between the list and the dry run", async () => {
    const world = rig();
    world.cluster.before = ({ verb }) => {
      if (verb === "evict") throw new ClusterError("not_found", "gone");
    };
    const result = await world.run(ACTIONS.drain as never, { name: "node-1" }, { confirm: false });
    expect(result).toMatchObject({ plan: { refused: [] } });
  });
});

describe("the eviction of one Pod that a budget forbids", () => {
  const restart = { namespace: "shop", name: "web-3-a" };

  it("is refused by the dry run, and nothing is deleted", async () => {
    const world = rig();
    world.cluster.edit("podDisruptionBudgets", "shop", "web", ({ status = {} }) =>
      Object.assign(status, { disruptionsAllowed: 0 }),
    );
    const call = world.run(ACTIONS.podRestart as never, restart);
    await expect(call).rejects.toMatchObject({ code: "precondition_failed" });
    await expect(call).rejects.toThrow("[disruption_budget]");
    expect(world.cluster.stored()).toEqual([]);
  });

  it("is refused at the last moment, too, and is not tried again", async () => {
    const world = rig();
    world.cluster.before = ({ dryRun }) => {
      if (!dryRun) throw new ClusterError("disruption_budget", "not now");
    };
    const call = world.run(ACTIONS.podRestart as never, restart);
    await expect(call).rejects.toMatchObject({ code: "disruption_budget" });
    expect(world.cluster.stored().map(({ verb }) => verb)).toEqual(["evict"]);
    expect(world.cluster.find("pods", "shop", "web-3-a")).toBeDefined();
    expect(world.entries()).toMatchObject([{ outcome: "not_applied" }]);
  });

  it("holds the UID and version of the Pod that was seen, and ends with its replacement", async () => {
    const world = rig();
    const done = doneOf(await world.run(ACTIONS.podRestart as never, restart));
    expect(done).toMatchObject({ verification: { verified: true }, subject: { kind: "Deployment" } });
    expect(world.cluster.stored()).toMatchObject([
      { verb: "evict", precondition: { uid: "uid-web-3-a", resourceVersion: "1" } },
    ]);
  });
});
