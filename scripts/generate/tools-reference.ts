import type { ToolDefinition } from "@k8s-ops/mcp-contract";

interface Property {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
}

/** The reference of tools: descriptions and arguments. */
export function toolsReference(tools: readonly ToolDefinition[]): string {
  return `# Tools

Generated from the code by \`pnpm generate\`; the complete JSON Schemas of arguments and results are in
[tools.json](tools.json). Every tool refuses unknown arguments, and answers errors as JSON text with \`code\`, \`message\`
and \`retryable\`.

${tools.map(section).join("\n\n")}
`;
}

/** What tools/list publishes, so that a change of the public surface shows in review. */
export function toolsSchemas(tools: readonly ToolDefinition[]): string {
  const listed = tools.map(({ name, title, description, annotations, inputSchema, outputSchema }) => ({
    name,
    title,
    description,
    annotations,
    inputSchema,
    outputSchema,
  }));
  return `${JSON.stringify(listed, null, 2)}\n`;
}

function section({ name, title, description, annotations, inputSchema }: ToolDefinition): string {
  const required = (inputSchema.required ?? []) as readonly string[];
  const properties = Object.entries((inputSchema.properties ?? {}) as Record<string, Property>);
  const hints = Object.entries(annotations).map(
    ([hint, value]) => `${hint.replace(/Hint$/, "")}: ${value ? "yes" : "no"}`,
  );
  const rows = properties.map(([argument, property]) => {
    const type = property.enum
      ? property.enum.map((value) => `\`${value}\``).join(", ")
      : (property.type ?? "any");
    const need = required.includes(argument) && property.default === undefined ? "required" : "optional";
    const preset = property.default === undefined ? "" : ` (default \`${JSON.stringify(property.default)}\`)`;
    return `| \`${argument}\` | ${type} | ${need}${preset} | ${property.description ?? ""} |`;
  });
  return `## ${name}

**${title}.** ${description}

| argument | type | | |
| --- | --- | --- | --- |
${rows.join("\n")}

Hints: ${hints.join(", ")}.`;
}
