import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BoundTool } from "@k8s-ops/mcp-contract";
import { type Policy, parsePolicy } from "@k8s-ops/mcp-rbac";
import { builtInPolicy } from "@k8s-ops/mcp-rbac/defaults";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClusterOptions, createClusters } from "./clusters.ts";
import { createOpsTools, TOOL_NAMES } from "./server.ts";

const pod = (namespace: string, name: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace} }
spec: { containers: [{ name: app, image: "registry.example/app:1" }] }
status: { phase: Pending, containerStatuses: [{ name: app, ready: false, restartCount: 0, image: x, imageID: "", state: { waiting: { reason: ErrImagePull, message: "registry.example/app:1: not found" } } }] }
`;

let snapshot: string;
beforeAll(() => {
  snapshot = mkdtempSync(join(tmpdir(), "ops-server-"));
  writeFileSync(join(snapshot, "pods.yaml"), [pod("team-a", "web"), pod("team-b", "api")].join("---\n"));
});
afterAll(() => rmSync(snapshot, { recursive: true, force: true }));

function start(policy: Policy, options: Partial<ClusterOptions> = {}) {
  const clusters = createClusters({ contexts: [], env: {}, snapshot, ...options });
  const denials: unknown[] = [];
  const remediation = {
    audit: async () => ({ append: async (record: unknown) => void denials.push(record) }),
    signingKey: async () => new Uint8Array(32),
    stateNamespace: "default",
    identity: "test",
  };
  const tools = createOpsTools({ clusters, policy: () => policy, transport: "pipe", remediation });
  const byName = (name: string): BoundTool => {
    const found = tools.find(({ definition }) => definition.name === name);
    if (!found) throw new Error(name);
    return found;
  };
  return {
    denials,
    call: (user: string, name: string, args: Record<string, unknown>) =>
      byName(name).call(args, { principal: { name: user }, signal: new AbortController().signal }),
    visible: (user: string) =>
      tools.filter((tool) => tool.visibleTo?.({ name: user })).map((tool) => tool.definition.name),
  };
}

const TEAM_A = parsePolicy(
  `roles:
  team: { permissions: ["*"], namespace_restrictions: [team-a] }
  podonly: { permissions: [diagnose_pod] }
  teams: { permissions: ["*"], namespace_restrictions: ["team-*"] }
users:
  ann: { role: team }
  ben: { role: podonly }
  cy: { role: teams }
`,
  "test",
);

describe("the tools of the servers", () => {
  it("show what the caller may call and decide each call anew", async () => {
    const server = start(TEAM_A);
    expect(server.visible("ann")).toEqual(
      TOOL_NAMES.filter((name) => !/_(cordon|uncordon|drain)_node$/.test(name)),
    );
    expect(server.visible("ben")).toEqual(["diagnose_pod"]);
    expect(server.visible("nobody")).toEqual([]);
    expect(await server.call("ben", "diagnose_cluster", {})).toMatchObject({
      error: { code: "permission_denied" },
    });
  });

  it("record what the policy refuses", async () => {
    const server = start(TEAM_A);
    await server.call("ben", "remediate_drain_node", { node_name: "node-a", confirm: true });
    await server.call("ann", "remediate_cordon_node", { node_name: "node-a", confirm: true });
    expect(server.denials).toEqual([
      { event: "denied", caller: "ben", tool: "remediate_drain_node", reason: "no_permission" },
      { event: "denied", caller: "ann", tool: "remediate_cordon_node", reason: "namespace_required" },
    ]);
  });

  it.each([
    ["another namespace", "team-b", "permission_denied"],
    ["a namespace in capitals", "Team-A", "invalid_name"],
    ["dots", "..", "invalid_name"],
  ])("refuse a limited caller %s", async (_, namespace, code) => {
    const result = await start(TEAM_A).call("ann", "diagnose_namespace", { namespace });
    expect(result).toMatchObject({ ok: false, error: { code } });
  });

  it.each([
    ["ann", ["team-a"]],
    ["cy", ["team-a", "team-b"]],
  ])("show %s of the cluster what is permitted, and say so", async (user, namespaces) => {
    const recorded = start(TEAM_A);
    writeFileSync(
      join(snapshot, "ns.yaml"),
      "apiVersion: v1\nkind: NamespaceList\nitems: [{metadata: {name: team-a}}, {metadata: {name: team-b}}, {metadata: {name: other}}]",
    );
    const result = await recorded.call(user, "diagnose_cluster", {});
    if (!result.ok) throw new Error(result.error.message);
    const causes = result.structured.causes as readonly { object: { namespace: string } }[];
    expect(causes.map(({ object }) => object.namespace).sort()).toEqual(namespaces);
    expect(result.structured.not_checked).toContainEqual({
      resource: "namespaces",
      reason: "forbidden_by_policy",
    });
  });

  it("refuse contexts that are not configured, on a recording every one", async () => {
    const args = { namespace: "team-a", context: "prod" };
    expect(await start(builtInPolicy).call("admin", "diagnose_namespace", args)).toMatchObject({
      error: { code: "context_not_allowed" },
    });
  });

  it("say what is missing when there is no cluster", async () => {
    const clusters = createClusters({ contexts: [], env: { HOME: snapshot } });
    const [tool] = createOpsTools({ clusters, policy: () => builtInPolicy, transport: "pipe" });
    const call = tool?.call(
      { namespace: "a", pod_name: "b" },
      { principal: { name: "admin" }, signal: new AbortController().signal },
    );
    expect(await call).toMatchObject({ ok: false, error: { code: "no_cluster", retryable: false } });
  });

  it("trace a call and the reads that it makes", async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    await start(builtInPolicy).call("admin", "diagnose_pod", { namespace: "team-a", pod_name: "web" });
    trace.disable();
    context.disable();
    const spans = exporter.getFinishedSpans();
    const root = spans.find(({ name }) => name === "tools/call diagnose_pod");
    const read = spans.find(({ name }) => name === "k8s.get_pods");
    expect(read?.attributes).toEqual({ "k8s.namespace": "team-a" });
    expect(read?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
  });
});
