import { describe, expect, it } from "vitest";
import { type Rig, rig } from "../testing/rig.ts";
import { answerOf, callTool } from "../testing/tools.ts";
import type { ActionResult } from "./result.ts";
import { shrinkResult } from "./shrink.ts";

const SMALL = 4_096;

const OWNER = {
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  name: "crowd",
  uid: "uid-crowd",
  controller: true,
};

/** Many Pods with long names on the Node. */
async function crowd({ cluster }: Rig): Promise<void> {
  for (let index = 0; index < 150; index++) {
    const name = `${"crowd-".repeat(30)}${index}`;
    const body = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, labels: { app: "crowd" }, ownerReferences: [OWNER] },
      spec: { nodeName: "node-1", containers: [] },
    };
    await cluster.writer.create({ resource: "pods", namespace: "shop" }, body, { dryRun: false });
  }
}

/** A revision that differs in many long annotations. */
function annotate({ cluster }: Rig): void {
  cluster.edit("replicaSets", "shop", "web-2", ({ metadata }) => {
    const many = Array.from({ length: 30 }, (_, index) => [`note-${index}`, "long ".repeat(2_000)]);
    Object.assign(metadata.annotations ?? {}, Object.fromEntries(many));
  });
}

function smallest(result: ActionResult): ActionResult {
  for (let current = result; ; ) {
    const next = shrinkResult(current);
    if (!next) return current;
    current = next;
  }
}

const rollback = { namespace: "shop", deployment_name: "web" };
const CASES: readonly [string, string, object, (world: Rig) => unknown][] = [
  ["a drain of many Pods", "remediate_drain_node", { node_name: "node-1" }, crowd],
  ["a rollback of many fields", "remediate_rollback_deployment", rollback, annotate],
];

describe.each(CASES)("%s", (_, tool, args, prepare) => {
  it("is a plan that fits into 16 KB, and into 4 KB with what is needed to go on", async () => {
    const world = rig();
    await prepare(world);
    const large = await callTool(world, tool, { ...args });
    const { structured } = answerOf(large);
    const least = smallest(structured);
    expect(Buffer.byteLength(JSON.stringify(least))).toBeLessThan(SMALL);
    expect(least).toMatchObject({
      status: "cancelled",
      message: structured.message,
      next: structured.next,
      plan: {
        plan_id: structured.plan?.plan_id,
        summary: structured.plan?.summary,
        undo: structured.plan?.undo,
      },
      truncated: expect.stringContaining("left out"),
    });
  });

  it("is a result that keeps its id and the way back", async () => {
    const world = rig();
    await prepare(world);
    const { structured } = answerOf(await callTool(world, tool, { ...args, confirm: true }));
    const least = smallest(structured);
    expect(Buffer.byteLength(JSON.stringify(least))).toBeLessThan(SMALL);
    const { status, message, action_id, undo, verified } = structured;
    expect(least).toMatchObject({ status, message, action_id, undo, verified });
  });

  it("is an answer even to who takes 4 KB in all", async () => {
    const world = rig();
    await prepare(world);
    const { structured } = answerOf(
      await callTool(world, tool, { ...args, confirm: true }, {}, { maxBytes: SMALL }),
    );
    expect(structured).toMatchObject({ status: "success", action_id: expect.any(String) });
  });
});

describe("shrinkResult", () => {
  it("leaves a small result as it is but for what passes, and ends", () => {
    const result: ActionResult = { cluster: "c", action: "a", status: "unchanged", message: "m" };
    expect(shrinkResult(result)).toBeUndefined();
  });
});
