import type { McpServer, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { type RegisterOptions, registrationsOf } from "../registrations.ts";
import type { BoundTool, JsonSchema } from "../tool.ts";
import { toWire } from "../wire.ts";
import { callContext } from "./context.ts";

/**
 * Registers tools on an `McpServer` of `@modelcontextprotocol/server` 2.x. Only tools that the principal may see are
 * registered; each call is decided anew.
 */
export function registerTools(
  server: McpServer,
  tools: readonly BoundTool[],
  options: RegisterOptions,
): void {
  for (const { tool, name, config } of registrationsOf(tools, options, published)) {
    server.registerTool(name, config, async (args, context) =>
      toWire(await tool.call(args, callContext(options.principal, context))),
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
