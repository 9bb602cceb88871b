import { ClusterError, type ClusterErrorCode } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "../actions/index.ts";
import { entryOf } from "../testing/entries.ts";
import { doneOf, planIdOf, rig } from "../testing/rig.ts";
import type { ActionRecord } from "./deps.ts";

const ORDER = [
  "dry run scale",
  "ledger started",
  "audit intent",
  "write scale",
  "ledger success",
  "audit outcome",
  "audit verification",
];
const web = { resource: "deployments", namespace: "shop", name: "web" } as const;
const lose = (code: ClusterErrorCode) => () => {
  throw new ClusterError(code, "the answer is lost");
};

describe("an approved action", () => {
  it("is tried, entered, recorded, written, recorded, looked at and recorded, in this order", async () => {
    const world = rig();
    const done = doneOf(await world.scale());
    expect(world.events).toEqual(ORDER);
    expect(done).toMatchObject({
      facts: { old_replicas: 2, new_replicas: 5 },
      verification: { verified: true, message: "5 of 5 replicas are available." },
      isReversible: true,
      warnings: [],
      subject: { kind: "Deployment", name: "web" },
    });
  });

  it("leaves a record of who, what, why and with which approval, and of what came of it", async () => {
    const world = rig();
    const planId = planIdOf(await world.scale({ confirm: false }));
    const { actionId } = doneOf(await world.scale({ planId, reason: "load" }));
    expect(world.records).toEqual<ActionRecord[]>([
      {
        event: "intent",
        action_id: actionId,
        plan_id: planId,
        caller: "bob",
        tool: "remediate_scale_deployment",
        cluster: "test",
        object: { kind: "Deployment", namespace: "shop", name: "web", uid: "uid-web" },
        arguments: { ...web, replicas: 5 },
        approval: "plan",
        reason: "load",
        writes: ["scale deployments shop/web"],
        deadline: new Date(world.now + 30_020).toISOString(),
      },
      { event: "outcome", action_id: actionId, outcome: "success" },
      { event: "outcome", action_id: actionId, outcome: "success", verified: true },
    ]);
    expect(world.entries()).toMatchObject([
      { id: actionId, caller: "bob", outcome: "success", at: world.now },
    ]);
  });

  it("holds the UID and the resourceVersion that were seen", async () => {
    const world = rig();
    await world.scale();
    expect(world.cluster.stored()).toMatchObject([
      { precondition: { uid: "uid-web", resourceVersion: "1" } },
    ]);
  });

  it("tells neither result nor record of a password in the template", async () => {
    const world = rig();
    const done = doneOf(await world.run(ACTIONS.rollback as never, { ...web, revision: 1 }));
    expect(JSON.stringify(world.cluster.stored())).toContain("hunter2-one");
    expect(JSON.stringify([done, world.records, world.entries()])).not.toContain("hunter2");
  });
});

describe("nothing is written", () => {
  it("when the intent cannot be recorded, and the ledger says so", async () => {
    const world = rig();
    world.onAudit = () => {
      throw new Error("disk full");
    };
    const failure = world.scale();
    await expect(failure).rejects.toMatchObject({ code: "audit_unavailable", retryable: true });
    await expect(failure).rejects.toThrow("disk full");
    expect(world.cluster.stored()).toEqual([]);
    expect(world.entries()).toMatchObject([{ outcome: "not_applied" }]);
  });

  it("when the ledger cannot be changed", async () => {
    const world = rig();
    world.onLedger = () => {
      throw new Error("no lease");
    };
    await expect(world.scale()).rejects.toThrow("no lease");
    expect(world.cluster.stored()).toEqual([]);
    expect(world.records).toEqual([]);
  });

  it("when the caller has given up before", async () => {
    const world = rig();
    const abort = new AbortController();
    const { read } = world.deps.cluster.ledger;
    const planId = planIdOf(await world.scale({ confirm: false }));
    let reads = 0;
    const ledger = {
      ...world.deps.cluster.ledger,
      read: async () => {
        if (++reads === 2) abort.abort();
        return read();
      },
    };
    const call = world.scale({ planId, signal: abort.signal }, 5, {
      cluster: { ...world.deps.cluster, ledger },
    });
    await expect(call).rejects.toMatchObject({ code: "cancelled" });
    expect(world.cluster.stored()).toEqual([]);
  });

  it.each(["forbidden", "rejected", "not_found", "throttled"] as const)(
    "when the API server answers %s: the action failed, and does not count",
    async (code) => {
      const world = rig();
      world.cluster.before = ({ dryRun }) => {
        if (!dryRun) throw new ClusterError(code, "no");
      };
      await expect(world.scale()).rejects.toMatchObject({ code });
      expect(world.entries()).toMatchObject([{ outcome: "not_applied" }]);
      expect(world.records.at(-1)).toMatchObject({ event: "outcome", outcome: "failed", code });
    },
  );
});

describe("records that fail after the write", () => {
  it("become warnings: the write is done", async () => {
    const world = rig();
    world.onAudit = ({ event }) => {
      if (event === "outcome") throw new Error("disk full");
    };
    world.onLedger = (entries) => {
      if (entries.length > 0) throw new Error("no lease");
    };
    const { warnings, verification } = doneOf(await world.scale());
    expect(warnings).toHaveLength(3);
    expect(warnings.join(" ")).toMatch(/ledger.*audit log/);
    expect(verification.verified).toBe(true);
  });
});

describe("a conflict at the last moment", () => {
  it("is tried again, with what is seen then, when nobody wants anything else of the object", async () => {
    const world = rig();
    let isFirst = true;
    world.cluster.before = ({ dryRun }) => {
      if (dryRun || !isFirst) return;
      isFirst = false;
      world.cluster.edit("deployments", "shop", "web", (object) =>
        Object.assign(object, { status: { replicas: 1 } }),
      );
    };
    doneOf(await world.scale());
    expect(world.cluster.stored().map(({ precondition }) => precondition?.resourceVersion)).toEqual([
      "1",
      "101",
    ]);
  });

  it.each<[string, (object: { spec?: object; metadata: object }) => unknown]>([
    ["somebody has changed the spec", ({ spec = {} }) => Object.assign(spec, { paused: true })],
    ["it was made anew", ({ metadata }) => Object.assign(metadata, { uid: "another" })],
  ])("is a stale plan when %s", async (_, change) => {
    const world = rig();
    world.cluster.before = ({ dryRun }) => {
      if (!dryRun) world.cluster.edit("deployments", "shop", "web", change);
    };
    await expect(world.scale()).rejects.toMatchObject({ code: "plan_stale" });
    expect(world.cluster.find("deployments", "shop", "web")?.spec?.replicas).toBe(2);
    expect(world.entries()).toMatchObject([{ outcome: "not_applied" }]);
  });

  it("is given up after some tries", async () => {
    const world = rig();
    world.cluster.before = ({ dryRun }) => {
      if (!dryRun) lose("conflict")();
    };
    await expect(world.scale()).rejects.toMatchObject({ code: "conflict" });
    expect(world.cluster.stored()).toHaveLength(6);
  });
});

describe("a caller that gives up after the write began", () => {
  it("leaves no record open", async () => {
    const world = rig();
    const abort = new AbortController();
    world.cluster.controlled = false;
    world.cluster.after = () => abort.abort();
    const { verification } = doneOf(await world.scale({ signal: abort.signal }, 5, { verifyMs: 60_000 }));
    expect(verification).toMatchObject({
      verified: "unknown",
      message: expect.stringContaining("The call ended"),
    });
    expect(world.entries()).toMatchObject([{ outcome: "success" }]);
    expect(world.events).toEqual(ORDER);
    expect(world.records.at(-1)).toMatchObject({ verified: "unknown" });
  });
});

describe("what is seen after the write", () => {
  it("is not verified, and says how far it came, when time is up", async () => {
    const world = rig();
    world.cluster.controlled = false;
    const { verification } = doneOf(await world.scale());
    expect(verification).toEqual({
      verified: false,
      message: "Not within 0 s: 2 of 5 replicas are available.",
    });
  });

  it.each(["deployments", "pods"] as const)(
    "is unknown, not gone, when %s cannot be read any more",
    async (resource) => {
      const world = rig();
      world.cluster.after = () => {
        world.cluster.gaps = { [resource]: "forbidden" };
      };
      const { verification } = doneOf(await world.scale({}, 1));
      expect(verification).toEqual({
        verified: "unknown",
        message: `It could not be read: ${resource} (forbidden).`,
      });
    },
  );
});

describe("two calls for one object at once", () => {
  it("are told apart by the ledger: one is in progress", async () => {
    const world = rig();
    const outcomes = await Promise.allSettled([world.scale(), world.scale({}, 6)]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "action_in_progress", retryable: true },
    });
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it("share a budget that has room for one", async () => {
    const world = rig({ budgets: [{ scope: "caller", actions: 1, windowSeconds: 60, rule: "budget" }] });
    const restart = { namespace: "shop", name: "web-3-a" };
    const outcomes = await Promise.allSettled([
      world.scale(),
      world.run(ACTIONS.podRestart as never, restart),
    ]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "action_budget" },
    });
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it.each([
    [
      "holds for an override that the policy does not permit",
      new Set<string>(),
      { code: "cool_down", retryable: true },
    ],
    ["is overridden by who may", new Set(["cool_down"]), undefined],
  ])("a cool-down that began in between %s", async (_, overrides, error) => {
    const world = rig({ coolDownSeconds: 60, overrides });
    world.onLedger = () => {
      world.onLedger = () => {};
      world.setEntries([entryOf({ at: world.now })]);
    };
    const call = world.scale({ overrides: ["cool_down"] });
    if (error) await expect(call).rejects.toMatchObject(error);
    else doneOf(await call);
    expect(world.cluster.stored()).toHaveLength(error ? 0 : 1);
  });
});
