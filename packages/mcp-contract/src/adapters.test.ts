import { Client, type InMemoryTransport as ClientTransport } from "@modelcontextprotocol/client";
import { Client as SdkClient } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport as SdkTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer as SdkServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { InMemoryTransport, McpServer } from "@modelcontextprotocol/server";
import { afterEach, describe, expect, it } from "vitest";
import { bind } from "./bind.ts";
import { registerTools as registerOnSdk } from "./sdk/index.ts";
import { createToolServer, registerTools } from "./server/index.ts";
import { greet } from "./testing/tools.ts";

const tool = bind(greet, { deps: { greeting: "hello" } });
const hidden = { ...tool, definition: { ...tool.definition, name: "hidden" }, visibleTo: () => false };
const tools = [tool, hidden];
const principal = { name: "tester" };
const info = { name: "test", version: "1" };
const open: { close(): Promise<void> }[] = [];

interface TestClient {
  listTools(): Promise<{ tools: readonly { name: string; inputSchema: unknown; outputSchema?: unknown }[] }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<{
    isError?: boolean | undefined;
    structuredContent?: unknown;
    content?: unknown;
  }>;
}

const adapters: readonly (readonly [string, () => Promise<TestClient>])[] = [
  [
    "an McpServer of @modelcontextprotocol/sdk",
    async () => {
      const server = new SdkServer(info);
      registerOnSdk(server, tools, { principal });
      const [mine, theirs] = SdkTransport.createLinkedPair();
      const client = new SdkClient(info);
      await Promise.all([server.connect(mine), client.connect(theirs)]);
      open.push(client, server);
      return client as unknown as TestClient;
    },
  ],
  [
    "an McpServer of @modelcontextprotocol/server",
    () => {
      const server = new McpServer(info);
      registerTools(server, tools, { principal });
      return connect(server);
    },
  ],
  [
    "a server of its own",
    () => connect(createToolServer({ ...info, instructions: "", principal, tools: async () => tools })),
  ],
];

async function connect(server: Pick<McpServer, "connect" | "close">): Promise<TestClient> {
  const [mine, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client(info);
  await Promise.all([server.connect(mine), client.connect(theirs as unknown as ClientTransport)]);
  open.push(client, server);
  return client as unknown as TestClient;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((end) => end.close()));
});

describe.each(adapters)("on %s", (_, start) => {
  it("lists what the principal may see, with the schemas of the tool", async () => {
    const client = await start();
    const listed = await client.listTools();
    expect(listed.tools.map(({ name }) => name)).toEqual(["greet"]);
    expect(listed.tools[0]?.inputSchema).toMatchObject({ required: ["name"], additionalProperties: false });
    expect(listed.tools[0]?.outputSchema).toMatchObject({ required: ["greeting", "words"] });
  });

  it("calls a tool", async () => {
    const client = await start();
    const result = await client.callTool({ name: "greet", arguments: { name: "ada" } });
    expect(result).toMatchObject({
      structuredContent: { greeting: "hello ada" },
      content: [{ type: "text", text: "hello ada: ada" }],
    });
  });

  it("answers a wrong argument with the same coded error", async () => {
    const client = await start();
    const result = await client.callTool({ name: "greet", arguments: { name: "ada", extra: 1 } });
    expect(result.isError).toBe(true);
    const [{ text }] = result.content as [{ text: string }];
    expect(JSON.parse(text)).toMatchObject({ code: "invalid_arguments", retryable: false });
  });

  it("refuses a tool that there is not", async () => {
    const client = await start();
    const outcome = await client.callTool({ name: "nope", arguments: {} }).then(
      (result) => JSON.stringify(result),
      (error: Error) => error.message,
    );
    expect(outcome).toMatch(/nope/);
  });
});
