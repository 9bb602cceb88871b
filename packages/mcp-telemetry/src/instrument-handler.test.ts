import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { McpServer as McpServer2 } from "@modelcontextprotocol/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instrumentHandler } from "./instrument-handler.ts";
import { startTelemetry } from "./testing/sdk.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const ok = { content: [{ type: "text" as const, text: "fine" }] };
const failed = (text: string) => ({ content: [{ type: "text" as const, text }], isError: true });

describe("instrumentHandler", () => {
  let sdk: ReturnType<typeof startTelemetry>;
  beforeEach(() => {
    sdk = startTelemetry();
  });
  afterEach(() => sdk.close());

  it.each([
    ["@modelcontextprotocol/sdk", () => new McpServer1({ name: "foreign", version: "1.0.0" })],
    ["@modelcontextprotocol/server", () => new McpServer2({ name: "foreign", version: "1.0.0" })],
  ])("continues the trace that a client of %s sends", async (_, create) => {
    const server = create();
    const handler = instrumentHandler("get-weather", async (_args: unknown, _extra?: unknown) => ok);
    if (server instanceof McpServer1) server.registerTool("get-weather", {}, (extra) => handler({}, extra));
    else server.registerTool("get-weather", {}, (extra) => handler({}, extra));
    const client = new Client({ name: "client", version: "1.0.0" });
    const [near, far] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(far), client.connect(near)]);
    const result = await client.callTool({ name: "get-weather", arguments: {}, _meta: { traceparent } });
    await client.close();
    expect(result.content).toEqual(ok.content);
    const [span] = sdk.spans();
    expect(span?.name).toBe("tools/call get-weather");
    expect(span?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
  });

  it.each([
    [ok, {}],
    [failed("pod text"), { "error.type": "tool_error" }],
    [failed('{"code":"evil"}'), { "error.type": "tool_error" }],
    [failed("{ broken"), { "error.type": "tool_error" }],
    [
      failed('{"code":"permission_denied"}'),
      { "error.type": "tool_error", "tool.error.code": "permission_denied" },
    ],
  ])("tells %j apart", async (result, expected) => {
    await instrumentHandler("get_weather", () => result)({}, {});
    const recorded = Object.entries(sdk.spans()[0]?.attributes ?? {});
    expect(Object.fromEntries(recorded.filter(([key]) => key.includes("error")))).toEqual(expected);
  });

  it("counts a refusal of a guarded handler as a denial, not as an error", async () => {
    await instrumentHandler("get_weather", () => failed('{"code":"permission_denied"}'))({}, {});
    expect((await sdk.points("mcp.server.denials"))[0]?.value).toBe(1);
    expect(await sdk.points("mcp.server.errors")).toEqual([]);
  });

  it.each([
    [Object.assign(new Error("text"), { code: -32602 }), "-32602"],
    [new Error("text"), "tool_error"],
    ["text", "tool_error"],
  ])("lets a thrown %s through as error.type %s", async (error, type) => {
    const handler = instrumentHandler("get_weather", () => Promise.reject(error));
    await expect(handler({}, undefined)).rejects.toBe(error);
    expect(sdk.spans()[0]?.attributes["error.type"]).toBe(type);
  });

  it("ends the span of a handler that throws at once", async () => {
    const handler = instrumentHandler("get_weather", (): never => {
      throw new Error("at once");
    });
    await expect(handler({}, {})).rejects.toThrow("at once");
    expect(sdk.spans()).toHaveLength(1);
  });

  it("refuses a name that MCP does not allow", () => {
    expect(() => instrumentHandler("get weather\n", () => ok)).toThrow(TypeError);
  });
});
