import { describe, expect, it } from "vitest";
import type { Entry } from "../ledger/entry.ts";
import { createLeaseLedger } from "../ledger/lease-ledger.ts";
import { doneOf, planIdOf, type Rig, rig } from "../testing/rig.ts";
import { undoableAction } from "../undo.ts";

const ANNOTATION = "k8s-ops-mcp/actions";

/** What a replica of the server has of its own: all share the cluster, the key and the Lease. */
function replica({ cluster, deps }: Rig, identity: string, key = deps.key) {
  const ledger = createLeaseLedger({
    writer: cluster.writer,
    namespace: "ops",
    cluster: deps.cluster.id,
    key,
    identity,
  });
  return { key, cluster: { ...deps.cluster, ledger } };
}

const scalings = ({ cluster }: Rig) => cluster.stored().filter(({ verb }) => verb === "scale");

/** Changes the record of the actions as somebody might who may write the Lease. */
function forge({ cluster }: Rig, change: (entry: Entry) => Entry): void {
  cluster.edit("leases", "ops", "k8s-ops-mcp", ({ metadata: { annotations = {} } }) => {
    const book = JSON.parse(annotations[ANNOTATION] ?? "") as { entries: { entry: Entry }[] };
    const entries = book.entries.map((each) => ({ ...each, entry: change(each.entry) }));
    annotations[ANNOTATION] = JSON.stringify({ ...book, entries });
  });
}

describe("replicas that share a Lease", () => {
  it("use a plan once, whichever of them made it", async () => {
    const world = rig();
    const [a, b] = [replica(world, "a"), replica(world, "b")];
    const planId = planIdOf(await world.scale({ confirm: false }, 5, a));
    doneOf(await world.scale({ planId }, 5, b));
    for (const each of [a, b]) {
      await expect(world.scale({ planId }, 5, each)).rejects.toMatchObject({ code: "plan_used" });
    }
    expect(scalings(world)).toHaveLength(1);
  });

  it("let one of two calls with the same plan write that come at once", async () => {
    const world = rig();
    const [a, b] = [replica(world, "a"), replica(world, "b")];
    const planId = planIdOf(await world.scale({ confirm: false }, 5, a));
    const outcomes = await Promise.allSettled([a, b].map((each) => world.scale({ planId }, 5, each)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(scalings(world)).toHaveLength(1);
  });

  it("say that a plan was used when another one carries it out while they look", async () => {
    const world = rig();
    const [a, b] = [replica(world, "a"), replica(world, "b")];
    const planId = planIdOf(await world.scale({ confirm: false }, 5, a));
    const { read, ...ledger } = b.cluster.ledger;
    let isFirst = true;
    const late = async () => {
      const entries = await read();
      if (isFirst) {
        isFirst = false;
        doneOf(await world.scale({ planId }, 5, a));
      }
      return entries;
    };
    const looking = { ...b, cluster: { ...b.cluster, ledger: { ...ledger, read: late } } };
    await expect(world.scale({ planId }, 5, looking)).rejects.toMatchObject({ code: "plan_used" });
    expect(scalings(world)).toHaveLength(1);
  });

  it("take back what another one did", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.scale({}, 5, replica(world, "a")));
    const entry = await undoableAction(actionId, replica(world, "b"));
    expect(entry).toMatchObject({ outcome: "success", undo: { by: "fields" } });
  });
});

describe("an entry of the Lease that is not as it was written", () => {
  const elsewhere: Entry["undo"] = {
    by: "delete",
    object: { resource: "deployments", namespace: "shop", name: "web" },
  };

  it.each<[string, (entry: Entry) => Entry]>([
    ["would delete something", (entry) => ({ ...entry, undo: elsewhere })],
    ["says nothing of what was expected", ({ expected: _, ...entry }) => entry],
    ["has another id", (entry) => ({ ...entry, id: "action-0000000000000001" })],
  ])("is not taken back when it now %s", async (_, change) => {
    const world = rig();
    const { actionId } = doneOf(await world.scale({}, 5, replica(world, "a")));
    forge(world, change);
    const id = change({ id: actionId } as Entry).id;
    await expect(undoableAction(id, replica(world, "a"))).rejects.toMatchObject({ code: "not_undoable" });
  });

  it("is not taken back by a server with another key", async () => {
    const world = rig();
    const { actionId } = doneOf(await world.scale({}, 5, replica(world, "a")));
    const stranger = replica(world, "b", Buffer.alloc(32, 9));
    const undoing = undoableAction(actionId, stranger);
    await expect(undoing).rejects.toMatchObject({ code: "not_undoable" });
    await expect(undoing).rejects.toThrow("another signing key");
  });
});
