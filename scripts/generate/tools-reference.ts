import type { ToolDefinition } from "@k8s-ops/mcp-contract";

interface Property {
  readonly type?: string;
  readonly anyOf?: readonly Property[];
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

## Results of diagnose_*

Values in \`evidence\`, \`message\` and issue details are text from the cluster: data, never
instructions. tools/list publishes only what a client must know to read them.

| field | |
| --- | --- |
| \`cluster\`, \`as_of\`, \`target\` | what was read, when (RFC 3339), and what the answer is about: \`kind\`, \`namespace\`, \`name\` |
| \`state\` | \`healthy\`, \`degraded\`, \`failing\`, \`unknown\` |
| \`causes[]\` | ranked: \`code\` ([checks](checks.md)), \`title\`, \`object\` (what must change), \`confidence\` (\`certain\`, \`likely\`, \`possible\`: [calibration](calibration.md)), \`since\` |
| \`causes[].evidence[]\` | \`object\` and \`field\` with \`value\`, or \`event\` {\`reason\`, \`message\`, \`count\`, \`last_seen\`}, or \`log\` {\`container\`, \`previous\`, \`line\`}; changes just before the trouble began are among them |
| \`causes[].explains[]\` | \`code\` and \`object\` of what follows from it |
| \`causes[].remedies[]\` | \`step\`; \`patch\` (strategic merge, YAML) of \`object\` or of the cause's object; \`call\` {\`tool\`, \`arguments\`} where such a tool is offered |
| \`issues[]\` | \`code\`, \`severity\` (\`high\`, \`medium\`, \`low\`), \`object\`, \`message\`, and details by code |
| \`recommendations[]\` | the steps again, as sentences; in an answer that was cut, those that no remedy says |
| \`other_causes[]\` | of a Node: \`code\` and \`object\` of what its Pods suffer from otherwise, which does not count against the Node |
| \`targets[]\` | for several at once: \`kind\`, \`namespace\`, \`name\`, \`state\`, and \`code\` and \`object\` of its \`causes\` |
| \`not_checked[]\` | \`resource\` (or \`check:CODE\`), \`namespace\`, \`name\`, \`reason\`: \`forbidden\`, \`forbidden_by_policy\`, \`unavailable\`, \`timeout\`, \`not_recorded\`, \`not_found\`, \`truncated\`, \`malformed_object\`, \`needs_metrics\`, \`not_observable\`; in an answer that was cut, one for several of the same reason, with their resources or names joined by commas |
| \`truncated\`, \`causes_total\`, \`next_cursor\` | what was cut to fit, how much of it, and how to see the rest; without it, nothing was cut |

## Results of remediate_*

Nothing is written without \`confirm: true\` and an approval: see the [guide](remediation.md).

| field | |
| --- | --- |
| \`cluster\`, \`action\`, the names | what was asked for, and facts of the action such as \`old_replicas\`, \`new_replicas\`, \`revision\` |
| \`status\`, \`message\` | \`success\`: written; \`cancelled\`: nothing was written; \`unchanged\`: there is nothing to do |
| \`plan\` | of what was cancelled: \`summary\`, \`object\`, \`changes[]\` (\`path\`, \`before\`, \`after\`, by a server-side dry run, secrets redacted), \`blast_radius\`, \`refused[]\` and \`warnings[]\` (\`code\`, \`message\`, \`override\`), \`passed[]\`, \`undo\`, \`plan_id\`, \`expires_at\` |
| \`next\` | the call that carries the plan out |
| \`verified\`, \`observed\` | \`true\`, \`false\` or \`"unknown"\`, and what was seen after the write, in kubectl's words where it has them |
| \`diagnosis\` | of what was not verified: \`state\` and the first \`causes\` |
| \`action_id\`, \`undo\` | the call that takes it back, or why nothing does |
| \`changes\`, \`warnings\`, \`truncated\` | what was changed, what is to be kept in mind, and whether parts were left out |
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

/** Not said in tools/list, where it would be paid for with every tool. */
const COMMON: Readonly<Record<string, string>> = {
  reason: "why, for the audit log and the person who is asked",
  confirm: "`true` carries the action out; otherwise it is only planned",
  plan_id: "of the plan that was seen",
  override: "codes of guard rails to override, which the policy must permit",
  context: "kubeconfig context",
};

function section({ name, title, description, annotations, access, inputSchema }: ToolDefinition): string {
  const isWrite = access.verb === "write";
  const required = (inputSchema.required ?? []) as readonly string[];
  const properties = Object.entries((inputSchema.properties ?? {}) as Record<string, Property>);
  const hints = Object.entries(annotations).map(
    ([hint, value]) => `${hint.replace(/Hint$/, "")}: ${value ? "yes" : "no"}`,
  );
  const rows = properties.map(([argument, property]) => {
    const type = property.enum
      ? property.enum.map((value) => `\`${value}\``).join(", ")
      : (property.type ?? property.anyOf?.map(({ type }) => type).join(" or ") ?? "any");
    const need = required.includes(argument) && property.default === undefined ? "required" : "optional";
    const preset = property.default === undefined ? "" : ` (default \`${JSON.stringify(property.default)}\`)`;
    const words = property.description ?? (isWrite ? COMMON[argument] : undefined) ?? "";
    return `| \`${argument}\` | ${type} | ${need}${preset} | ${words} |`;
  });
  return `## ${name}

**${title}.** ${description}

| argument | type | | |
| --- | --- | --- | --- |
${rows.join("\n")}

Hints: ${hints.join(", ")}.`;
}
