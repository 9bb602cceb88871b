import { type ListToolsResult, ProtocolError, ProtocolErrorCode, Server } from "@modelcontextprotocol/server";
import { ANSWER_MS, MAX_QUESTIONS } from "../question.ts";
import type { BoundTool, Principal } from "../tool.ts";
import { callContext } from "./context.ts";
import { toServerResult } from "./result.ts";

export interface ServeOptions {
  readonly name: string;
  readonly version: string;
  readonly instructions: string;
  /** Asked for with the first request that needs them, so that they need not be loaded before the handshake. */
  readonly tools: () => Promise<readonly BoundTool[]>;
  /** Who calls on this connection. */
  readonly principal: Principal;
}

/**
 * A server of its own over the tools, for both protocol eras. tools/list is made for each request, so that a changed
 * policy shows at once; a tool that is not listed can still be called and is then refused with a reason.
 */
export function createToolServer({ name, version, instructions, tools, principal }: ServeOptions): Server {
  const server = new Server(
    { name, version },
    {
      capabilities: { tools: {} },
      instructions,
      inputRequired: { roundTimeoutMs: ANSWER_MS, maxRounds: MAX_QUESTIONS },
    },
  );
  server.setRequestHandler("tools/list", async () => ({
    tools: (await tools()).filter((tool) => tool.visibleTo?.(principal) !== false).map(listed),
  }));
  server.setRequestHandler("tools/call", async ({ params }, context) => {
    const tool = (await tools()).find(({ definition }) => definition.name === params.name);
    if (!tool) throw unknownTool(params.name, await tools(), principal);
    return toServerResult(await tool.call(params.arguments, callContext(principal, context, server)));
  });
  return server;
}

function listed({ definition }: BoundTool): ListToolsResult["tools"][number] {
  const { name, title, description, annotations } = definition;
  return {
    name,
    title,
    description,
    inputSchema: { ...definition.inputSchema, type: "object" },
    outputSchema: { ...definition.outputSchema, type: "object" },
    annotations: { ...annotations },
  };
}

function unknownTool(name: string, tools: readonly BoundTool[], principal: Principal): ProtocolError {
  const available = tools
    .filter((tool) => tool.visibleTo?.(principal) !== false)
    .map(({ definition }) => definition.name);
  const shown = /^[A-Za-z0-9_.-]{1,128}$/.test(name) ? `"${name}"` : "of that name";
  return new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `unknown_tool: there is no tool ${shown}. Tools are: ${available.join(", ")}.`,
    { code: "unknown_tool", retryable: false },
  );
}
