import type { Check, Confidence, Evidence, Finding, Remedy } from "@k8s-ops/k8s-diagnostics";

/** What a check finds in the fixture that shows its fault. */
export interface CheckExample {
  readonly check: Check;
  readonly finding: Finding;
}

/** The reference of checks: what each finds, when, from which evidence, and the repair, with an example. */
export function checksReference(examples: readonly CheckExample[]): string {
  const level = (name: Check["level"]): readonly CheckExample[] =>
    examples
      .filter(({ check }) => check.level === name)
      .toSorted((a, b) => (a.check.id < b.check.id ? -1 : 1));
  return `# Checks

Generated from the code by \`pnpm generate\`; the examples are what the checks find in their own fixtures. A *cause* lies on
the object that must change. A *symptom* is a state that has its cause elsewhere; it is listed among the issues, and
becomes a cause only when nothing explains it. Findings of low severity are issues only. How sure each confidence is:
[calibration](calibration.md).

${examples.length} checks: ${level("cause").length} for causes, ${level("symptom").length} for symptoms.

${contents(examples)}

## Causes

${level("cause").map(section).join("\n\n")}

## Symptoms

${level("symptom").map(section).join("\n\n")}
`;
}

function contents(examples: readonly CheckExample[]): string {
  const rows = examples
    .toSorted((a, b) => (a.check.id < b.check.id ? -1 : 1))
    .map(
      ({ check: { id, title, level, severity } }) =>
        `| [\`${id}\`](#${id}) | ${cell(title)} | ${level} | ${severity} |`,
    );
  return `| code | title | level | severity |\n| --- | --- | --- | --- |\n${rows.join("\n")}`;
}

function section({ check, finding }: CheckExample): string {
  const { id, title, when, severity, reads, supersedes = [], undecided } = check;
  return [
    `### ${id}`,
    `${title}. Severity ${severity}.`,
    [
      `- Reported when ${when}.`,
      `- Reads ${reads.join(", ")}.`,
      ...(supersedes.length > 0 ? [`- Replaces ${supersedes.map((code) => `\`${code}\``).join(", ")}.`] : []),
      ...(undecided ? ["- Says in `not_checked` what it suspects and cannot decide."] : []),
    ].join("\n"),
    example(finding),
  ].join("\n\n");
}

const CONFIDENCE: Readonly<Record<Confidence, string>> = {
  certain: "certainly",
  likely: "likely",
  possible: "possibly",
};

function example({ title, confidence, evidence, remedies = [] }: Finding): string {
  return [
    `> ${CONFIDENCE[confidence]}: **${escaped(title)}**`,
    ...evidence.slice(0, 3).map((item) => `> - evidence: ${evidenceText(item)}`),
    ...remedies.slice(0, 2).map((remedy) => `> - remedy: ${remedyText(remedy)}`),
  ].join("\n");
}

function evidenceText(evidence: Evidence): string {
  const { kind, name } = evidence.object;
  if ("field" in evidence) return `${kind} ${name}, \`${evidence.field}\` = ${quoted(evidence.value)}`;
  if ("event" in evidence)
    return `event ${evidence.event.reason} of ${kind} ${name}: ${quoted(evidence.event.message)}`;
  return `log of ${kind} ${name}: ${quoted(evidence.log.line)}`;
}

function remedyText({ step, patch, call }: Remedy): string {
  const words = [escaped(step)];
  if (call) words.push(`\`${call.tool} ${JSON.stringify(call.arguments)}\``);
  if (patch !== undefined) words.push(`\n>\n>   ~~~yaml\n${patch.trimEnd().replace(/^/gm, ">   ")}\n>   ~~~`);
  return words.join(" ");
}

const MAX_QUOTED = 200;

function quoted(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("`", "'");
  return `\`${line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED - 1)}…` : line}\``;
}

function escaped(text: string): string {
  return text.replaceAll(/([*_<>])/g, "\\$1");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
