import {
  type BoundTool,
  bind,
  type CallContext,
  defineTool,
  type Principal,
  type ToolResult,
} from "@k8s-ops/mcp-contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type DeniedCall, type GuardOptions, guard } from "./guard.ts";
import { parsePolicy } from "./policy/parse.ts";
import type { Policy } from "./policy/schema.ts";

const policy = parsePolicy(
  `
roles:
  admin: { permissions: ["*"] }
  limited: { permissions: ["*"], namespace_restrictions: ["team-a", "team-b"] }
  pattern: { permissions: ["*"], namespace_restrictions: ["team-*"] }
  viewer: { permissions: ["diagnose_*"] }
  staging: { permissions: ["*"], contexts: [staging] }
users:
  root: { role: admin }
  lea: { role: limited }
  pat: { role: pattern }
  vic: { role: viewer }
  stan: { role: staging }
`,
  "p",
);

interface Shape {
  readonly name: string;
  readonly verb: "read" | "write";
  readonly input?: z.ZodObject;
}

/** A tool that answers with the scope it was given, and counts how often it ran. */
function echo({ name, verb, input = z.strictObject({ namespace: z.string().optional() }) }: Shape) {
  const ran: CallContext[] = [];
  const tool = defineTool({
    name,
    title: name,
    description: name,
    input,
    output: z.object({ scope: z.string() }),
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    access: { verb, resource: "pods" },
    handler: async (_, context) => {
      ran.push(context);
      return { scope: context.scope?.namespaces.join(",") ?? "all" };
    },
    render: ({ scope }) => scope,
  });
  return { tool: bind(tool, { deps: {} }), ran };
}

const context = (name: string, more: Partial<CallContext> = {}): CallContext => ({
  principal: { name },
  signal: new AbortController().signal,
  ...more,
});

const outcome = (result: ToolResult): string => (result.ok ? result.text : result.error.code);

function guarded(shape: Shape, options: Partial<GuardOptions> = {}) {
  const { tool, ran } = echo(shape);
  const denied: DeniedCall[] = [];
  return {
    ran,
    denied,
    tool: guard(tool, { policy: () => policy, onDenied: (call) => denied.push(call), ...options }),
  };
}

const read: Shape = { name: "diagnose_pod", verb: "read" };
const write: Shape = { name: "remediate_pod_restart", verb: "write" };

describe("guard", () => {
  it.each([
    ["root", {}, "all"],
    ["root", undefined, "all"],
    ["lea", { namespace: "team-a" }, "team-a,team-b"],
    ["lea", {}, "team-a,team-b"],
    ["lea", { namespace: "kube-system" }, "permission_denied"],
    ["lea", { namespace: "Team-A" }, "invalid_name"],
    ["lea", { namespace: "" }, "invalid_name"],
    ["lea", { namespace: null }, "invalid_name"],
    ["lea", { namespace: 7 }, "invalid_name"],
    ["lea", { namespace: { toString: () => "team-a" } }, "invalid_name"],
    ["lea", { namespace: ["team-a", ["kube-system"]] }, "invalid_name"],
    ["lea", { Namespace: "kube-system" }, "invalid_arguments"],
    ["lea", JSON.parse('{"__proto__": {"namespace": "team-a"}}'), "invalid_arguments"],
    ["eve", { namespace: "team-a" }, "permission_denied"],
    ["__proto__", {}, "permission_denied"],
  ])("lets %s call a reading tool with %j as: %s", async (name, args, expected) => {
    const { tool, ran, denied } = guarded(read);
    expect(outcome(await tool.call(args, context(name)))).toBe(expected);
    const refused = ["permission_denied", "invalid_name"].includes(expected);
    expect(denied).toHaveLength(refused ? 1 : 0);
    if (refused) expect(ran).toEqual([]);
  });

  it("sees an inherited namespace, because a handler would", async () => {
    const { tool } = guarded(read);
    const args = Object.create({ namespace: "kube-system" });
    expect(outcome(await tool.call(args, context("lea")))).toBe("permission_denied");
  });

  it("refuses with a message, not retryable, and tells who was refused what", async () => {
    const { tool, denied } = guarded(read);
    const result = await tool.call({ namespace: "kube-system" }, context("lea"));
    expect(result).toMatchObject({ ok: false, error: { retryable: false } });
    expect(denied).toMatchObject([
      {
        principal: { name: "lea" },
        tool: "diagnose_pod",
        namespaces: ["kube-system"],
        denial: { reason: "namespace_not_permitted", rule: "roles.limited.namespace_restrictions" },
      },
    ]);
  });

  it("makes a limited role name a namespace for a tool that writes, unless the tool keeps to scopes", async () => {
    const { tool } = guarded(write);
    expect(outcome(await tool.call({}, context("lea")))).toBe("permission_denied");
    expect(outcome(await tool.call({ namespace: "team-b" }, context("lea")))).toBe("team-a,team-b");
    expect(outcome(await tool.call({}, context("root")))).toBe("all");
    const undo = guarded(write, { honoursScope: () => true });
    expect(outcome(await undo.tool.call({}, context("lea")))).toBe("team-a,team-b");
  });

  it("decides each call by the policy of that moment", async () => {
    let current: Policy = policy;
    const { tool } = guarded(read, { policy: () => current });
    expect(outcome(await tool.call({}, context("vic")))).toBe("all");
    current = { ...policy, roles: new Map() };
    expect(outcome(await tool.call({}, context("vic")))).toBe("permission_denied");
    expect(tool.visibleTo?.({ name: "vic" })).toBe(false);
  });

  it("refuses a tool that is not listed when it is called all the same", async () => {
    const { tool, ran } = guarded(write);
    expect(tool.visibleTo?.({ name: "vic" })).toBe(false);
    expect(outcome(await tool.call({ namespace: "team-a" }, context("vic")))).toBe("permission_denied");
    expect(ran).toEqual([]);
  });

  it.each<[string, Shape, boolean]>([
    ["root", write, true],
    ["lea", write, true],
    ["lea", { ...write, input: z.strictObject({ node_name: z.string() }) }, false],
    ["root", { ...write, input: z.strictObject({ node_name: z.string() }) }, true],
    ["lea", { ...read, input: z.strictObject({ node_name: z.string() }) }, true],
    ["vic", read, true],
    ["eve", read, false],
  ])("lists for %s the tool %j: %s", (name, shape, expected) => {
    expect(guarded(shape).tool.visibleTo?.({ name })).toBe(expected);
  });

  it("does not list what the tool itself hides", () => {
    const { tool } = echo(read);
    const hidden: BoundTool = { ...tool, visibleTo: (principal: Principal) => principal.name === "vic" };
    const both = guard(hidden, { policy: () => policy });
    expect([both.visibleTo?.({ name: "vic" }), both.visibleTo?.({ name: "root" })]).toEqual([true, false]);
  });

  it("turns a role's globs into the namespaces that exist", async () => {
    const listNamespaces = async () => ["team-x", "kube-system", "team-y"];
    const { tool } = guarded(read, { listNamespaces });
    expect(outcome(await tool.call({}, context("pat")))).toBe("team-x,team-y");
    expect(outcome(await guarded(read).tool.call({}, context("pat")))).toBe("permission_denied");
    const failing = guarded(read, { listNamespaces: () => Promise.reject(new Error("down")) });
    expect(outcome(await failing.tool.call({}, context("pat")))).toBe("permission_denied");
    expect(outcome(await failing.tool.call({ namespace: "team-x" }, context("pat")))).toBe("team-x");
  });

  it("takes the context from the argument, else from the server", async () => {
    const input = z.strictObject({ context: z.string().optional() });
    const shape = { ...read, input };
    const onStaging = guarded(shape, { currentContext: () => "staging" }).tool;
    expect(outcome(await guarded(shape).tool.call({}, context("stan")))).toBe("permission_denied");
    expect(outcome(await guarded(shape).tool.call({ context: "staging" }, context("stan")))).toBe("all");
    expect(outcome(await onStaging.call({}, context("stan")))).toBe("all");
    expect(outcome(await onStaging.call({ context: "prod" }, context("stan")))).toBe("permission_denied");
  });

  it("reads the namespace from the argument it is told", async () => {
    const input = z.strictObject({ project: z.array(z.string()) });
    const { tool } = guarded({ ...read, input }, { namespaceArgument: "project" });
    expect(outcome(await tool.call({ project: ["team-a", "team-b"] }, context("lea")))).toBe("team-a,team-b");
    expect(outcome(await tool.call({ project: ["team-a", "other"] }, context("lea")))).toBe(
      "permission_denied",
    );
  });

  it("never widens a scope that the call already has", async () => {
    const scope = { namespaces: ["team-b", "kube-system"] };
    const { tool } = guarded(read);
    expect(outcome(await tool.call({}, context("lea", { scope })))).toBe("team-b");
    expect(outcome(await tool.call({}, context("root", { scope })))).toBe("team-b,kube-system");
  });

  it("hands a question to the person on, and the answer to the tool", async () => {
    const question = { key: "sure", message: "Sure?", schema: {}, state: "s" };
    const asked: ToolResult = {
      ok: false,
      error: { code: "input_required", message: "Sure?", retryable: false },
      question,
    };
    const told: CallContext[] = [];
    const call = async (_: unknown, given: CallContext) => {
      told.push(given);
      return asked;
    };
    const tool = guard({ ...echo(write).tool, call }, { policy: () => policy });
    const elicitation = {
      answers: new Map([["sure", { action: "decline" as const, content: {} }]]),
      state: "s",
    };
    const inNamespace = { namespace: "team-a" };
    expect(await tool.call(inNamespace, context("lea", { elicitation }))).toBe(asked);
    expect(told).toMatchObject([{ elicitation, scope: { namespaces: ["team-a", "team-b"] } }]);
  });
});
