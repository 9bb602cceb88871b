import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Installed, install, packAll, type Tarballs } from "./installed.ts";

const SHOP = fileURLToPath(new URL("../e2e/fixtures/shop", import.meta.url));
const GUIDE = fileURLToPath(new URL("../../docs/library-guide.md", import.meta.url));

let tarballs: Tarballs;
beforeAll(async () => {
  tarballs = await packAll();
  return () => tarballs.remove();
});

async function connect(cwd: string, command: string, args: readonly string[]): Promise<Client> {
  const transport = new StdioClientTransport({ command, args: [...args], cwd, stderr: "ignore" });
  const client = new Client({ name: "consumer", version: "1.0.0" });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

function textOf({ content }: Awaited<ReturnType<Client["callTool"]>>): string {
  const [first] = content;
  return first?.type === "text" ? first.text : "";
}

async function expectShopDiagnosed(client: Client): Promise<void> {
  const diagnosed = await client.callTool({ name: "diagnose_namespace", arguments: { namespace: "shop" } });
  expect(diagnosed.structuredContent).toMatchObject({ state: "failing", cluster: "shop-cluster" });
  expect(textOf(diagnosed)).toContain("config_map_missing");
}

const OURS = ["@k8s-ops/k8s-cluster", "@k8s-ops/k8s-diagnostics", "@k8s-ops/mcp-contract"];

describe.each([
  ["sdk-v1", [...OURS, "@modelcontextprotocol/sdk", "zod", "@types/node"]],
  ["server-v2", [...OURS, "@modelcontextprotocol/server", "zod", "@types/node"]],
])("a foreign server of %s with the packed libraries", (example, dependencies) => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await install(tarballs, example, dependencies);
  });

  it("compiles, declarations included", async () => {
    expect(await installed.compile()).toEqual([]);
  });

  it("lists its own tool and ours, and answers both", async () => {
    const client = await connect(installed.folder, process.execPath, ["server.ts", SHOP]);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(["echo", "diagnose_pod"]));
    expect(textOf(await client.callTool({ name: "echo", arguments: { text: "hi" } }))).toBe("hi");
    await expectShopDiagnosed(client);
  });

  it("gets our coded errors", async () => {
    const client = await connect(installed.folder, process.execPath, ["server.ts", SHOP]);
    const codeOf = async (args: Record<string, unknown>) => {
      const result = await client.callTool({ name: "diagnose_pod", arguments: args });
      expect(result.isError).toBe(true);
      return JSON.parse(textOf(result)).code;
    };
    expect(await codeOf({ namespace: "shop", pod_name: "worker-0", verbose: true })).toBe(
      "invalid_arguments",
    );
    expect(await codeOf({ namespace: "shop", pod_name: ".." })).toBe("invalid_name");
    expect(await codeOf({ namespace: "shop", pod_name: "worker-9" })).toBe("not_found");
  });
});

describe("a program without MCP", () => {
  it("compiles and diagnoses with k8s-cluster and k8s-diagnostics alone", async () => {
    const installed = await install(tarballs, "plain", [
      "@k8s-ops/k8s-cluster",
      "@k8s-ops/k8s-diagnostics",
      "@types/node",
    ]);
    expect(await installed.compile()).toEqual([]);
    const report = await installed.run(process.execPath, ["diagnose.ts", SHOP, "shop"]);
    expect(report).toContain("shop is failing");
    expect(report).toContain("ConfigMap web-settings");
  });
});

describe("a program that repairs", () => {
  it("compiles with k8s-cluster and k8s-remediation, and says what is missing where there is no cluster", async () => {
    const installed = await install(tarballs, "remediation", [
      "@k8s-ops/k8s-cluster",
      "@k8s-ops/k8s-remediation",
      "@types/node",
    ]);
    expect(await installed.compile()).toEqual([]);
    const failed = await installed.run(process.execPath, ["scale.ts"]).catch((error: Error) => error.message);
    expect(failed).toContain("no_cluster");
  });
});

describe("a foreign server's plain handler", () => {
  it("is guarded and instrumented with mcp-rbac and mcp-telemetry alone", async () => {
    const installed = await install(tarballs, "handlers", [
      "@k8s-ops/mcp-rbac",
      "@k8s-ops/mcp-telemetry",
      "@modelcontextprotocol/sdk",
      "zod",
      "@types/node",
    ]);
    expect(await installed.compile()).toEqual([]);
    await writeFile(
      join(installed.folder, "rbac_policy.yaml"),
      'roles:\n  reader: { permissions: ["count_*"], namespace_restrictions: ["shop"] }\nusers:\n  bob: { role: reader }\n',
    );
    const client = await connect(installed.folder, process.execPath, ["server.ts"]);
    const count = (namespace: string) => client.callTool({ name: "count_pods", arguments: { namespace } });
    expect(textOf(await count("shop"))).toBe("3 Pods in shop");
    const denied = await count("kube-system");
    expect(denied.isError).toBe(true);
    expect(JSON.parse(textOf(denied))).toMatchObject({ code: "permission_denied" });
  });
});

describe("the packed stdio server", () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await install(tarballs, undefined, ["k8s-ops-mcp"]);
  });

  it("tells its version by npx", async () => {
    const { version } = JSON.parse(
      await readFile(join(installed.folder, "node_modules/k8s-ops-mcp/package.json"), "utf8"),
    );
    expect((await installed.run("npx", ["--no-install", "k8s-ops-mcp", "--version"])).trim()).toBe(version);
  });

  it("diagnoses a recording by npx", async () => {
    const client = await connect(installed.folder, "npx", [
      "--no-install",
      "k8s-ops-mcp",
      "--snapshot",
      SHOP,
    ]);
    expect(client.getServerVersion()).toMatchObject({ name: "k8s-ops-mcp-server" });
    await expectShopDiagnosed(client);
  });

  it("brings the sample recording along", async () => {
    const client = await connect(installed.folder, "npx", [
      "--no-install",
      "k8s-ops-mcp",
      "--snapshot",
      "sample",
    ]);
    const { structuredContent } = await client.callTool({ name: "diagnose_cluster", arguments: {} });
    const { causes_total } = structuredContent as { causes_total: number };
    expect(causes_total).toBeGreaterThanOrEqual(10);
  });

  it("brings along nothing of the workspace but itself", async () => {
    const tree = JSON.parse(await installed.run("npm", ["ls", "--all", "--json"]));
    expect(Object.keys(tree.dependencies)).toEqual(["k8s-ops-mcp"]);
    expect(JSON.stringify(tree)).not.toContain("@k8s-ops/");
  });
});

describe("the library guide", () => {
  it.each([
    "sdk-v1/server.ts",
    "server-v2/server.ts",
    "plain/diagnose.ts",
    "remediation/scale.ts",
    "handlers/server.ts",
  ])("shows %s as it was tested", async (file) => {
    const source = await readFile(join(import.meta.dirname, file), "utf8");
    expect(await readFile(GUIDE, "utf8")).toContain(source.trimEnd());
  });
});
