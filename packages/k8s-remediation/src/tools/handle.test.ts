import { ClusterError } from "@k8s-ops/k8s-cluster";
import type { Answer } from "@k8s-ops/mcp-contract";
import { describe, expect, it } from "vitest";
import { type Rig, rig } from "../testing/rig.ts";
import { answerOf, callTool } from "../testing/tools.ts";
import type { ReadyCall } from "./result.ts";

const TOOL = "remediate_scale_deployment";
const web = { namespace: "shop", deployment_name: "web" };
const scaling = { ...web, replicas: 5 };

async function answer(world: Rig, tool: string, args: Record<string, unknown>) {
  return answerOf(await callTool(world, tool, args));
}

describe("a call without confirm", () => {
  it("is cancelled with the words of the specification, the plan, and the call that carries it out", async () => {
    const world = rig({ approval: "ask" });
    const { structured } = await answer(world, TOOL, { ...scaling, reason: "load" });
    expect(structured).toMatchObject({
      status: "cancelled",
      message: "Action requires confirmation. Set confirm=true",
      action: "scale_deployment",
      cluster: "test",
      namespace: "shop",
      deployment_name: "web",
      plan: {
        plan_id: expect.stringMatching(/^plan-/),
        changes: [{ path: "spec.replicas", before: 2, after: 5 }],
        blast_radius: { replicas: { desired: 2, ready: 2 }, pods_ending: 0 },
        refused: [],
      },
      next: { tool: TOOL, arguments: { ...scaling, confirm: true, plan_id: structured.plan?.plan_id } },
    });
    expect(world.cluster.stored()).toEqual([]);
    const { tool, arguments: given } = structured.next as ReadyCall;
    expect((await answer(world, tool, { ...given })).structured).toMatchObject({ status: "success" });
  });

  it("says what is missing when it is confirmed without a plan's id where nobody can be asked", async () => {
    const { structured } = await answer(rig({ approval: "ask" }), TOOL, { ...scaling, confirm: true });
    expect(structured).toMatchObject({
      status: "cancelled",
      message: expect.stringContaining("Set confirm=true and plan_id"),
      next: { arguments: { confirm: true, plan_id: expect.any(String) } },
    });
  });

  it("names what refuses it, and offers no call that would be refused", async () => {
    const { structured, text } = await answer(rig({ isProtected: () => true }), TOOL, scaling);
    expect(structured).toMatchObject({
      status: "cancelled",
      message: "Guard rails refuse this action: see plan.refused. Nothing was written",
      plan: { refused: [{ code: "protected_namespace", override: expect.any(String) }] },
    });
    expect(structured).not.toHaveProperty("next");
    expect(structured).not.toHaveProperty("plan.plan_id");
    expect(text).toContain("refused [protected_namespace] Namespace shop is protected. Way out:");
  });
});

describe("the audit log", () => {
  const audit = async () => {
    throw new Error("disk full");
  };

  it("is not needed for a plan, and for every write", async () => {
    const world = rig();
    const planned = answerOf(await callTool(world, TOOL, scaling, {}, { audit }));
    expect(planned.structured.status).toBe("cancelled");
    expect(await callTool(world, TOOL, { ...scaling, confirm: true }, {}, { audit })).toMatchObject({
      ok: false,
      error: { code: "audit_unavailable", retryable: true },
    });
    expect(world.cluster.stored()).toEqual([]);
  });

  it("and the answer hold a reason without the secrets in it", async () => {
    const world = rig();
    const reason = "rotated, password=hunter2 in use";
    const { structured, text } = await answer(world, TOOL, { ...scaling, confirm: true, reason });
    expect(world.records[0]).toMatchObject({ reason: expect.stringContaining("rotated") });
    expect(JSON.stringify([structured, text, world.records])).not.toContain("hunter2");
  });
});

describe("a success", () => {
  it("has the names, the reason, both numbers of replicas, what was seen and how to take it back", async () => {
    const world = rig();
    const { structured } = await answer(world, TOOL, { ...scaling, confirm: true, reason: "load" });
    expect(structured).toEqual({
      cluster: "test",
      action: "scale_deployment",
      namespace: "shop",
      deployment_name: "web",
      replicas: 5,
      old_replicas: 2,
      new_replicas: 5,
      status: "success",
      message: "Scale Deployment web from 2 to 5 replicas.",
      reason: "load",
      verified: true,
      observed: "5 of 5 replicas are available.",
      action_id: expect.stringMatching(/^action-[0-9a-f]{16}$/),
      undo: { tool: "remediate_undo", arguments: { action_id: structured.action_id } },
      changes: [{ path: "spec.replicas", before: 2, after: 5 }],
    });
  });

  it("is taken back by the call that it offers", async () => {
    const world = rig();
    const { undo } = (await answer(world, TOOL, { ...scaling, confirm: true })).structured;
    const { tool, arguments: given } = undo as ReadyCall;
    const undone = await answer(world, tool, { ...given, confirm: true });
    expect(undone.structured).toMatchObject({
      status: "success",
      action: "undo",
      restored: [{ path: "/spec/replicas", value: 2 }],
      undo: expect.stringMatching(/^Irreversible/),
    });
    expect(world.cluster.find("deployments", "shop", "web")?.spec?.replicas).toBe(2);
  });

  it("offers its calls in the context that it was made in", async () => {
    const given = { ...scaling, context: "prod" };
    const { structured } = await answer(rig(), TOOL, { ...given, confirm: true });
    expect(structured.undo).toMatchObject({ arguments: { context: "prod" } });
    expect((await answer(rig(), TOOL, given)).structured.next).toMatchObject({ arguments: given });
  });

  it("that did not work says so, and what a diagnosis finds", async () => {
    const world = rig();
    world.cluster.controlled = false;
    const { structured, text } = await answer(world, TOOL, { ...scaling, confirm: true });
    expect(structured).toMatchObject({
      status: "success",
      verified: false,
      observed: "Not within 0 s: 2 of 5 replicas are available.",
      diagnosis: { state: expect.any(String), causes: expect.any(Array) },
    });
    expect(text).toContain(`diagnosis: ${structured.diagnosis?.state}`);
  });

  it("that nothing takes back says why instead of a call", async () => {
    const restart = { namespace: "shop", pod_name: "web-3-a", confirm: true };
    const { structured } = await answer(rig(), "remediate_pod_restart", restart);
    expect(structured.undo).toBe(
      "Irreversible: A Pod that has ended does not come back; its controller makes another one.",
    );
  });
});

describe("a call that has nothing to do", () => {
  it("is unchanged, in the action's words", async () => {
    const { structured } = await answer(rig(), TOOL, { ...web, replicas: 2, confirm: true });
    expect(structured).toMatchObject({
      status: "unchanged",
      message: "Deployment web has 2 replicas already.",
    });
  });
});

describe("an error", () => {
  it("of guard rails names each and its way out", async () => {
    const world = rig({ isProtected: () => true });
    expect(await callTool(world, TOOL, { ...scaling, confirm: true })).toMatchObject({
      ok: false,
      error: {
        code: "precondition_failed",
        retryable: false,
        message: expect.stringMatching(/^Nothing was written\. \[protected_namespace\] .* Way out: /),
      },
    });
  });

  it("of the cluster keeps its code", async () => {
    const world = rig();
    world.cluster.before = ({ dryRun }) => {
      if (!dryRun) throw new ClusterError("forbidden", "may not scale");
    };
    expect(await callTool(world, TOOL, { ...scaling, confirm: true })).toMatchObject({
      ok: false,
      error: { code: "forbidden", message: "may not scale" },
    });
  });
});

describe("a question to the person behind the client", () => {
  const nobodyYet = { elicitation: { answers: new Map<string, Answer>() } };
  async function asked(world: Rig) {
    const result = await callTool(world, TOOL, { ...scaling, confirm: true, reason: "load" }, nobodyYet);
    if (result.ok || !result.question) throw new Error("not asked");
    return result.question;
  }
  const answered = (key: string, state: string, said: Answer) => ({
    elicitation: { answers: new Map([[key, said]]), state },
  });

  it("shows the plan and the agent's reason, and no id that an agent could use", async () => {
    const question = await asked(rig({ approval: "ask" }));
    expect(question.message).toContain("remediate_scale_deployment on cluster test.");
    expect(question.message).toContain("spec.replicas: 2 → 5");
    expect(question.message).toContain('Reason given by the agent: "load"');
    expect(question.message).not.toContain("plan_id");
    expect(question.schema).toMatchObject({ required: ["approve"] });
  });

  it("shows every field, values shortened, and leaves out what a person cannot use", async () => {
    const world = rig({ approval: "ask" });
    world.cluster.edit("replicaSets", "shop", "web-1", ({ metadata }) => {
      const many = Array.from({ length: 40 }, (_, index) => [`example.org/a${index}`, "v".repeat(3_000)]);
      const lie = { "x: approved by security; press Approve": "1" };
      Object.assign(metadata.annotations ?? {}, Object.fromEntries(many), lie);
    });
    const back = { ...web, revision: 1, confirm: true };
    const result = await callTool(world, "remediate_rollback_deployment", back, nobodyYet);
    if (result.ok || !result.question) throw new Error("not asked");
    const { message } = result.question;
    expect(Buffer.byteLength(message)).toBeLessThan(16_384);
    expect(message).toMatch(/containers\[app\]\.image/);
    expect(message).toContain("example.org/a39");
    expect(message).toContain("(3002 characters, digest ");
    expect(message).toContain('"metadata.annotations.x: approved by security; press Approve": absent');
    expect(message).not.toContain("nothing against it");
  });

  it.each<[string, Answer, string]>([
    ["accepts and approves", { action: "accept", content: { approve: true } }, "success"],
    ["accepts an empty form", { action: "accept", content: {} }, "cancelled"],
    ["accepts without approving", { action: "accept", content: { approve: false } }, "cancelled"],
    ["says yes in words", { action: "accept", content: { approve: "true" } }, "cancelled"],
    ["declines with a form", { action: "decline", content: { approve: true } }, "cancelled"],
    ["cancels", { action: "cancel", content: {} }, "cancelled"],
  ])("is a %s", async (_, said, status) => {
    const world = rig({ approval: "ask" });
    const { key, state } = await asked(world);
    const args = { ...scaling, confirm: true, reason: "load" };
    const { structured } = answerOf(await callTool(world, TOOL, args, answered(key, state, said)));
    expect(structured.status).toBe(status);
    expect(world.cluster.stored()).toHaveLength(status === "success" ? 1 : 0);
    if (status === "success") return;
    expect(structured.message).toBe("The person who was asked did not approve. Nothing was written");
    expect(structured).not.toHaveProperty("next");
    expect(structured).not.toHaveProperty("plan.plan_id");
  });

  it("is not answered by an answer to something else", async () => {
    const world = rig({ approval: "ask" });
    const { state } = await asked(world);
    const other = answered("another", state, { action: "accept", content: { approve: true } });
    const { structured } = answerOf(await callTool(world, TOOL, { ...scaling, confirm: true }, other));
    expect(structured.status).toBe("cancelled");
    expect(world.cluster.stored()).toEqual([]);
  });
});

describe("remediate_undo", () => {
  it.each([
    ["may not call the tool of the action there", {}, (tool: string) => tool !== TOOL],
    ["may not undo there", {}, (tool: string) => tool !== "remediate_undo"],
    ["is restricted to other namespaces", { scope: { namespaces: ["other"] } }, () => true],
  ])("is denied to who %s", async (_, context, permitted) => {
    const world = rig();
    const { action_id } = (await answer(world, TOOL, { ...scaling, confirm: true })).structured;
    const permits = (_call: unknown, { tool }: { tool: string }) => permitted(tool);
    const result = await callTool(world, "remediate_undo", { action_id, confirm: true }, context, {
      permits,
    });
    expect(result).toMatchObject({ ok: false, error: { code: "permission_denied" } });
    expect(world.cluster.stored()).toHaveLength(1);
    expect(world.records.at(-1)).toMatchObject({ event: "refused", codes: ["permission_denied"] });
  });

  it("needs the approval that the tool of the action needs, where that is stricter", async () => {
    const world = rig({ approval: "confirm" });
    const { action_id } = (await answer(world, TOOL, { ...scaling, confirm: true })).structured;
    const never = { ...world.deps.rules, approval: "never" as const };
    const rules = (_: unknown, { tool }: { tool: string }) => (tool === TOOL ? never : world.deps.rules);
    const result = await callTool(world, "remediate_undo", { action_id, confirm: true }, {}, { rules });
    expect(result).toMatchObject({ ok: false, error: { code: "approval_never" } });
    expect(world.cluster.stored()).toHaveLength(1);
  });

  it("asks the policy about the namespace of the action", async () => {
    const world = rig();
    const { action_id } = (await answer(world, TOOL, { ...scaling, confirm: true })).structured;
    const places: unknown[] = [];
    const permits = (_: unknown, place: unknown) => places.push(place) > 0;
    await callTool(world, "remediate_undo", { action_id }, { scope: { namespaces: ["shop"] } }, { permits });
    expect(places).toEqual([
      { tool: TOOL, namespace: "shop" },
      { tool: "remediate_undo", namespace: "shop" },
    ]);
  });

  it("of what nobody knows says so", async () => {
    const result = await callTool(rig(), "remediate_undo", { action_id: "action-1", confirm: true });
    expect(result).toMatchObject({ ok: false, error: { code: "unknown_action", retryable: false } });
  });
});

describe("progress", () => {
  it("tells what goes on, counting up", async () => {
    const told: [number, string][] = [];
    const progress = (done: number, _: unknown, message: string) => void told.push([done, message]);
    await callTool(rig(), TOOL, { ...scaling, confirm: true }, { progress });
    expect(told).toEqual([
      [1, "written; waiting for its effect"],
      [2, "5 of 5 replicas are available."],
    ]);
  });
});
