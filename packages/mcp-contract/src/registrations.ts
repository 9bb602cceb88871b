import type { BoundTool, JsonSchema, Principal } from "./tool.ts";

export interface RegisterOptions {
  /** Who calls on this connection. */
  readonly principal: Principal;
}

/** The tools that the principal may see, as an `McpServer` of either SDK takes them; `published` makes its schemas. */
export function registrationsOf<Schema>(
  tools: readonly BoundTool[],
  { principal }: RegisterOptions,
  published: (schema: JsonSchema) => Schema,
) {
  return tools
    .filter((tool) => tool.visibleTo?.(principal) !== false)
    .map((tool) => {
      const { name, title, description, inputSchema, outputSchema, annotations } = tool.definition;
      const config = {
        title,
        description,
        inputSchema: published(inputSchema),
        outputSchema: published(outputSchema),
        annotations: { ...annotations },
      };
      return { tool, name, config };
    });
}
