import type { McpServer, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import type { BoundTool, JsonSchema, Principal } from "../tool.ts";
import { toWire } from "../wire.ts";
import { callContext } from "./context.ts";

export interface RegisterOptions {
  /** Who calls on this connection. */
  readonly principal: Principal;
}

/**
 * Registers tools on an `McpServer` of `@modelcontextprotocol/server` 2.x. Only tools that the principal may see are
 * registered; each call is decided anew.
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
      async (args, context) => toWire(await tool.call(args, callContext(principal, context))),
    );
  }
}

/** Publishes a JSON Schema as it is and lets every value through: the bound tool checks its arguments itself. */
function published(schema: JsonSchema): StandardSchemaWithJSON {
  const json = () => ({ ...schema });
  return {
    "~standard": {
      version: 1,
      vendor: "k8s-ops",
      validate: (value) => ({ value }),
      jsonSchema: { input: json, output: json },
    },
  };
}
