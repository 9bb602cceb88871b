import type { McpServer, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { type RegisterOptions, registrationsOf } from "../registrations.ts";
import type { BoundTool, JsonSchema } from "../tool.ts";
import { callContext } from "./context.ts";
import { toServerResult } from "./result.ts";

/**
 * Registers tools on an `McpServer` of `@modelcontextprotocol/server` 2.x. Only tools that the principal may see are
 * registered; each call is decided anew. A tool that asks needs a server without `requestState.verify`, which would
 * refuse the tool's own state; how long a person has on revisions before 2026-07-28 is the server's
 * `inputRequired.roundTimeoutMs`, ten minutes by default.
 */
export function registerTools(
  server: McpServer,
  tools: readonly BoundTool[],
  options: RegisterOptions,
): void {
  for (const { tool, name, config } of registrationsOf(tools, options, published)) {
    server.registerTool(name, config, async (args, context) =>
      toServerResult(await tool.call(args, callContext(options.principal, context, server.server))),
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
