import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import type { BoundTool, CallContext, JsonSchema, Principal } from "../tool.ts";
import { toWire, traceContext } from "../wire.ts";

export interface RegisterOptions {
  /** Who calls on this connection. */
  readonly principal: Principal;
}

/**
 * Registers tools on an `McpServer` of `@modelcontextprotocol/sdk` (1.26 or later). Only tools that the principal may
 * see are registered; each call is decided anew.
 */
export function registerTools(
  server: McpServer,
  tools: readonly BoundTool[],
  { principal }: RegisterOptions,
): void {
  for (const tool of tools) {
    const { name, title, description, inputSchema, outputSchema, annotations } = tool.definition;
    if (tool.visibleTo?.(principal) === false) continue;
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: published(inputSchema),
        outputSchema: published(outputSchema),
        annotations: { ...annotations },
      },
      async (args, extra) => {
        const token = extra._meta?.progressToken;
        const context: CallContext = {
          principal,
          signal: extra.signal,
          ...traceContext(extra._meta),
          ...(token !== undefined && {
            progress: (progress, total, message) => {
              const params = {
                progressToken: token,
                progress,
                message,
                ...(total !== undefined && { total }),
              };
              extra.sendNotification({ method: "notifications/progress", params }).catch(() => {});
            },
          }),
        };
        return toWire(await tool.call(args, context));
      },
    );
  }
}

/**
 * Publishes a JSON Schema as it is and lets every object through: the bound tool checks its arguments itself, so that
 * a wrong one gets the same coded error under both SDKs.
 */
function published(schema: JsonSchema) {
  return z.looseObject({}).meta(schema as Record<string, unknown>);
}
