import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { canShowForms } from "../question.ts";
import { type RegisterOptions, registrationsOf } from "../registrations.ts";
import type { BoundTool, CallContext, JsonSchema } from "../tool.ts";
import { toWire, traceContext } from "../wire.ts";
import { ask, callWithAnswers, type Extra } from "./ask.ts";

export type { RegisterOptions };

/**
 * Registers tools on an `McpServer` of `@modelcontextprotocol/sdk` (1.26 or later). Only tools that the principal may
 * see are registered; each call is decided anew. A tool that asks a person has the client ask, for ten minutes at most.
 */
export function registerTools(
  server: McpServer,
  tools: readonly BoundTool[],
  options: RegisterOptions,
): void {
  for (const { tool, name, config } of registrationsOf(tools, options, published)) {
    server.registerTool(name, config, async (args, extra) => {
      const context = callContext(options, extra);
      if (!canShowForms(server.server.getClientCapabilities())) return toWire(await tool.call(args, context));
      return toWire(await callWithAnswers(tool, args, context, (question) => ask(question, extra)));
    });
  }
}

function callContext({ principal }: RegisterOptions, extra: Extra): CallContext {
  const token = extra._meta?.progressToken;
  return {
    principal,
    signal: extra.signal,
    ...traceContext(extra._meta),
    ...(token !== undefined && {
      progress: (progress: number, total: number | undefined, message: string) => {
        const params = { progressToken: token, progress, message, ...(total !== undefined && { total }) };
        extra.sendNotification({ method: "notifications/progress", params }).catch(() => {});
      },
    }),
  };
}

/**
 * Publishes a JSON Schema as it is and lets every object through: the bound tool checks its arguments itself, so that
 * a wrong one gets the same coded error under both SDKs.
 */
function published(schema: JsonSchema) {
  return z.looseObject({}).meta(schema as Record<string, unknown>);
}
