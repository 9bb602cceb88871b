import { bind } from "@k8s-ops/mcp-contract";
import { describe, expect, it } from "vitest";
import { readerFromYaml } from "../testing/reader.ts";
import { DIAGNOSE_TOOLS } from "./index.ts";

const { reader } = readerFromYaml(`
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: pay } }
---
apiVersion: v1
kind: Namespace
metadata: { name: bank, labels: { team: pay } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { replicas: 0 }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop, labels: { app: api } }
spec: { replicas: 0 }
`);

function call(name: string, args: Record<string, unknown>) {
  const tool = DIAGNOSE_TOOLS.find((each) => each.name === name);
  if (!tool) throw new Error(name);
  return bind(tool, { deps: { cluster: async () => reader } }).call(args, {
    principal: { name: "tester" },
    signal: new AbortController().signal,
  });
}

const names = (structured: Readonly<Record<string, unknown>>) =>
  (structured.targets as readonly { name: string }[] | undefined)?.map(({ name }) => name);

describe("questions about several at once", () => {
  it.each([
    ["diagnose_workload", { namespace: "shop", kind: "Deployment", name: ["web", "api"] }, ["web", "api"]],
    ["diagnose_workload", { namespace: "shop", selector: "app=api" }, ["api"]],
    ["diagnose_workload", { namespace: "shop", kind: "Deployment", name: "web" }, undefined],
    ["diagnose_namespace", { namespace: ["shop", "bank"] }, ["shop", "bank"]],
    ["diagnose_namespace", { selector: "team=pay" }, ["shop", "bank"]],
    ["diagnose_namespace", { namespace: "shop" }, undefined],
  ])("%s %j is about %j", async (tool, args, expected) => {
    const result = await call(tool, args);
    if (!result.ok) throw new Error(result.error.message);
    expect(names(result.structured)).toEqual(expected);
    for (const name of expected ?? []) expect(result.text).toContain(`${name} is healthy`);
  });

  it.each([
    ["diagnose_workload", { namespace: "shop" }],
    ["diagnose_workload", { namespace: "shop", name: "web" }],
    ["diagnose_namespace", {}],
    ["diagnose_namespace", { namespace: [] }],
    ["diagnose_storage", { name: "data" }],
  ])("%s %j is refused", async (tool, args) => {
    expect(await call(tool, args)).toMatchObject({ ok: false, error: { code: "invalid_arguments" } });
  });

  it.each([
    [{ name: Array(1_000).fill("web") }, "invalid_arguments", "name: at most 50 names can be given."],
    [{ name: ["web", 5] }, "invalid_arguments", "name: item 1 is not a name: a string"],
    [{ name: [] }, "invalid_arguments", "name: at least one name is needed."],
    [{ name: 5 }, "invalid_arguments", "name: must be a name or a list of names."],
    [{ name: ["web", "W_b"] }, "invalid_name", "name[1] must be"],
    [{ name: "W_b" }, "invalid_name", "name must be"],
  ])("say which of the names in %j is wrong", async (args, code, message) => {
    expect(await call("diagnose_workload", { namespace: "shop", kind: "Deployment", ...args })).toMatchObject(
      {
        ok: false,
        error: { code, message: expect.stringContaining(message) },
      },
    );
  });

  it.each([
    ["diagnose_namespace", { namespace: ["shop", "W_b"] }, "namespace[1]"],
    ["diagnose_pod", { namespace: "shop", pod_name: "W_b" }, "pod_name"],
    ["diagnose_deployment", { namespace: "shop", deployment_name: "W_b" }, "deployment_name"],
    ["diagnose_service", { namespace: "shop", service_name: "W_b" }, "service_name"],
    ["diagnose_node", { node_name: "W_b" }, "node_name"],
    ["diagnose_ingress", { namespace: "shop", name: "W_b" }, "name"],
  ])("%s %j: the error names the argument %s", async (tool, args, argument) => {
    const error = { code: "invalid_name", message: expect.stringMatching(/^[a-z_[\]0-9]+ must be/) };
    const result = await call(tool, args);
    expect(result).toMatchObject({ ok: false, error });
    expect(result).toMatchObject({ error: { message: expect.stringContaining(`${argument} must be`) } });
  });
});
