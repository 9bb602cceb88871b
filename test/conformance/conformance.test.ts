import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { TOOL_NAMES } from "@k8s-ops/ops-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HttpBridge, startHttpBridge } from "./http-bridge.ts";
import { hasPython, pythonWithClient } from "./python-client.ts";

const ENTRY = fileURLToPath(new URL("../../apps/stdio-server/dist/main.js", import.meta.url));
const SHOP = fileURLToPath(new URL("../e2e/fixtures/shop", import.meta.url));
const SERVER = [process.execPath, ENTRY, "--snapshot", SHOP] as const;

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

async function run(command: string, args: readonly string[]): Promise<Ended> {
  const ended = promisify(execFile)(command, [...args], {
    cwd: import.meta.dirname,
    maxBuffer: 64 * 1024 * 1024,
  });
  return ended.then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    ({ stdout, stderr, code }: Ended) => ({ stdout, stderr, code }),
  );
}

function entryOf(name: string, path: string): string {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return join(dirname(manifest), path);
}

describe.each(["legacy", "modern"])("MCP Inspector in the %s era", (era) => {
  const inspect = async (...options: readonly string[]) => {
    const launcher = entryOf("@modelcontextprotocol/inspector", "clients/launcher/build/index.js");
    const how = ["--cli", "-q", "--format", "json", "--protocol-era", era];
    return run(process.execPath, [launcher, ...how, ...options, ...SERVER]);
  };

  it("lists the tools and finds their schemas portable", async () => {
    const { stdout, code } = await inspect("--method", "tools/list", "--strict");
    expect(code).toBe(0);
    const { result } = JSON.parse(stdout) as { result: { tools: readonly { name: string }[] } };
    expect(result.tools.map(({ name }) => name)).toEqual(TOOL_NAMES);
  });

  it("calls a tool", async () => {
    const call = ["--method", "tools/call", "--tool-name", "diagnose_namespace"];
    const { stdout, code } = await inspect(...call, "--tool-args-json", '{"namespace":"shop"}');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ result: { structuredContent: { state: "failing" } } });
  });

  it("tells an error of a tool from a result", async () => {
    const call = ["--method", "tools/call", "--tool-name", "diagnose_pod"];
    const { stdout, code } = await inspect(
      ...call,
      "--tool-args-json",
      '{"namespace":"shop","pod_name":".."}',
    );
    expect(code).toBe(5);
    expect(stdout).toContain("invalid_name");
  });
});

describe.skipIf(!hasPython())("the Python client, if there is a python3", () => {
  let python: string;
  beforeAll(() => {
    python = pythonWithClient();
  });

  it.each([
    ["legacy", "2025-11-25"],
    ["auto", "2026-07-28"],
  ])("in mode %s agrees on %s, lists the tools and calls them", async (mode, protocol) => {
    const { stdout, stderr, code } = await run(python, ["python_client.py", mode, ...SERVER]);
    expect([code, stderr.includes("Traceback")]).toEqual([0, false]);
    expect(JSON.parse(stdout)).toMatchObject({
      protocol,
      server: "k8s-ops-mcp-server",
      tools: TOOL_NAMES,
      structured: { state: "failing", cluster: "shop-cluster" },
      text: expect.stringContaining("config_map_missing"),
      error: { code: "invalid_name", retryable: false },
    });
  });
});

describe("the public conformance suite", () => {
  let bridge: HttpBridge;
  beforeAll(async () => {
    bridge = await startHttpBridge(SHOP);
  });
  afterAll(() => bridge.close());

  it.each([
    {
      revision: "2026-07-28",
      url: () => bridge.modern,
      passes: [
        "tools-list",
        "dns-rebinding-protection",
        "http-header-validation",
        "server-sse-multiple-streams",
      ],
    },
    {
      revision: "2025-11-25",
      url: () => bridge.sessionful,
      passes: [
        "server-initialize",
        "ping",
        "tools-list",
        "dns-rebinding-protection",
        "server-session-lifecycle",
        "server-sse-multiple-streams",
      ],
    },
  ])("finds no failure at $revision but those of the baseline", async ({ revision, url, passes }) => {
    const suite = entryOf("@modelcontextprotocol/conformance", "dist/index.js");
    const baseline = ["--expected-failures", `baseline-${revision}.yml`];
    const { stdout, code } = await run(process.execPath, [
      suite,
      "server",
      "--url",
      url(),
      "--requirements",
      revision,
      ...baseline,
    ]);
    expect(stdout.slice(stdout.indexOf("Total:"))).not.toMatch(/Unexpected|Stale/);
    expect(code).toBe(0);
    for (const scenario of passes)
      expect(stdout).toMatch(new RegExp(`✓ ${scenario}: [1-9]\\d* passed, 0 failed`));
  });
});
