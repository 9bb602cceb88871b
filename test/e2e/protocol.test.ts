import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kubeconfigText, listBody, startApiEndpoint } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { openServer, SHOP, startServer, temporaryDirectory } from "./stdio-server.ts";

const POD = { namespace: "shop", pod_name: "worker-0" };
const PODS = "/api/v1/namespaces/shop/pods";

/** A server whose API server never answers a list of Pods. */
async function serverThatHangs(...options: readonly string[]) {
  const endpoint = await startApiEndpoint();
  onTestFinished(() => endpoint.close());
  endpoint.on(PODS, { fault: "hang" }, { body: listBody([]) });
  const kubeconfig = join(await temporaryDirectory(), "config");
  await writeFile(kubeconfig, kubeconfigText({ server: endpoint.url }));
  const server = await openServer(["--kubeconfig", kubeconfig, ...options]);
  const asked = async () => {
    await expect
      .poll(() => endpoint.requests.find(({ url }) => url.startsWith(PODS)), { timeout: 10_000 })
      .toBeDefined();
    return endpoint.requests.find(({ url }) => url.startsWith(PODS));
  };
  return { server, asked };
}

describe("the protocol on standard output", () => {
  it.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])(
    "agrees on revision %s",
    async (protocolVersion) => {
      const server = await startServer(["--snapshot", SHOP]);
      const clientInfo = { name: "e2e", version: "1.0.0" };
      const { result } = await server.request("initialize", {
        protocolVersion,
        capabilities: {},
        clientInfo,
      });
      expect(result).toMatchObject({
        protocolVersion,
        serverInfo: { name: "k8s-ops-mcp-server" },
        capabilities: { tools: {} },
        instructions: expect.stringContaining("diagnose_cluster"),
      });
    },
  );

  it("serves clients of revision 2026-07-28, which never initialize", async () => {
    const server = await startServer(["--snapshot", SHOP]);
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "e2e", version: "1.0.0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const discovered = await server.request("server/discover", { _meta });
    expect(discovered.result).toMatchObject({ supportedVersions: expect.arrayContaining(["2026-07-28"]) });
    const called = await server.request("tools/call", { _meta, name: "diagnose_pod", arguments: POD });
    expect(called.result).toMatchObject({ structuredContent: { state: "failing" } });
  });

  it("answers 1,000 calls, half of them wrong, each once and with nothing in between", async () => {
    const server = await openServer(["--snapshot", SHOP]);
    const calls = Array.from({ length: 1_000 }, (_, index) =>
      index % 2 === 0
        ? server.call("diagnose_pod", POD)
        : server.call("diagnose_pod", {
            namespace: "shop",
            pod_name: `missing-${index}`,
            extra: index % 4 === 1,
          }),
    );
    const answers = await Promise.all(calls);
    const count = (code: string | undefined) => answers.filter(({ error }) => error?.code === code).length;
    expect([count(undefined), count("invalid_arguments")]).toEqual([500, 500]);
    const ids = server.lines.map((line) => JSON.parse(line).id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(1_001);
  });

  it.each([
    ["no JSON", "hello\n"],
    ["half a message", '{"jsonrpc":"2.0","id":1,\n'],
    ["JSON that is no message", '[]\n42\n"x"\nnull\n{}\n'],
    ["a batch", '[{"jsonrpc":"2.0","id":900,"method":"tools/list"}]\n'],
    ["bytes that are no UTF-8", "\u0000\ufffd\u0007\n"],
    ["empty lines", "\n\r\n\n"],
    ["an answer to nothing", '{"jsonrpc":"2.0","id":77,"result":{}}\n'],
    [
      "a request with a prototype",
      '{"jsonrpc":"2.0","id":901,"method":"__proto__","params":{"__proto__":{}}}\n',
    ],
    ["params that are none", '{"jsonrpc":"2.0","id":902,"method":"tools/call","params":[]}\n'],
    ["a call without a name", '{"jsonrpc":"2.0","id":903,"method":"tools/call","params":{}}\n'],
    [
      "a line of 8 MB",
      `{"jsonrpc":"2.0","id":904,"method":"tools/call","params":{"name":"diagnose_pod","arguments":{"namespace":"${"x".repeat(8_000_000)}"}}}\n`,
    ],
  ])("survives %s", async (_, text) => {
    const server = await openServer(["--snapshot", SHOP]);
    server.write(text);
    const { structured } = await server.call("diagnose_pod", POD);
    expect(structured).toMatchObject({ state: "failing" });
  });

  it("ends when a line is longer than 10 MiB, and says so on standard error", async () => {
    const server = await openServer(["--snapshot", SHOP]);
    server.write(`{"jsonrpc":"2.0","id":905,"method":"${"x".repeat(12_000_000)}"}\n`);
    await server.exited;
    expect(server.stderr()).toMatch(/maximum size/);
  });

  it("refuses a method that it does not have with the protocol's own code", async () => {
    const server = await openServer(["--snapshot", SHOP]);
    expect(await server.request("resources/list")).toMatchObject({ error: { code: -32601 } });
  });
});

describe("a call", () => {
  it("that is cancelled stops its requests, gets no answer, and leaves the server alive", async () => {
    const { server, asked } = await serverThatHangs();
    const call = server.start("tools/call", { name: "diagnose_namespace", arguments: { namespace: "shop" } });
    const upstream = await asked();
    const closed = new Promise((resolve) => upstream?.socket.once("close", resolve));
    server.notify("notifications/cancelled", { requestId: call.id, reason: "no longer wanted" });
    await expect(Promise.race([closed.then(() => "closed"), sleep(2_000, "open")])).resolves.toBe("closed");
    expect(await server.request("tools/list")).toMatchObject({ result: { tools: expect.any(Array) } });
    const { error } = await server.call("diagnose_pod", POD);
    expect(error).toMatchObject({ code: "not_found" });
    expect(server.lines.map((line) => JSON.parse(line).id)).not.toContain(call.id);
  });

  it("that outlives its deadline ends with timeout, to be tried again", async () => {
    const { server } = await serverThatHangs("--timeout", "1");
    const started = performance.now();
    const { error } = await server.call("diagnose_namespace", { namespace: "shop" });
    expect(error).toMatchObject({ code: "timeout", retryable: true });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("the end", () => {
  it.each([
    ["before anything was asked", async () => startServer(["--snapshot", SHOP])],
    [
      "after a call",
      async () => {
        const server = await openServer(["--snapshot", SHOP]);
        await server.call("diagnose_pod", POD);
        return server;
      },
    ],
    [
      "while a call waits for the cluster",
      async () => {
        const { server, asked } = await serverThatHangs();
        server.start("tools/call", { name: "diagnose_namespace", arguments: { namespace: "shop" } });
        await asked();
        return server;
      },
    ],
  ])("comes within 2 s and with exit code 0 when the parent is gone, %s", async (_, open) => {
    const server = await open();
    const started = performance.now();
    server.endInput();
    expect(await server.exited).toBe(0);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each(["SIGTERM", "SIGINT"] as const)("comes with exit code 0 on %s", async (signal) => {
    const server = await openServer(["--snapshot", SHOP]);
    server.signal(signal);
    expect(await server.exited).toBe(0);
  });
});
