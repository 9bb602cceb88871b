import type { Check } from "@k8s-ops/k8s-diagnostics";

/** The reference of checks: what each finds, when, and from what. */
export function checksReference(checks: readonly Check[]): string {
  const level = (name: Check["level"]): readonly Check[] => checks.filter((check) => check.level === name);
  return `# Checks

Generated from the code by \`pnpm generate\`. A *cause* lies on the object that must change. A *symptom* is a state that
has its cause elsewhere; it is listed among the issues, and becomes a cause only when nothing explains it. Findings of
low severity are issues only.

${checks.length} checks: ${level("cause").length} for causes, ${level("symptom").length} for symptoms.

## Causes

${table(level("cause"))}

## Symptoms

${table(level("symptom"))}
`;
}

function table(checks: readonly Check[]): string {
  const rows = [...checks]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, title, when, severity, reads, supersedes = [] }) =>
      [
        `\`${id}\``,
        title,
        when,
        severity,
        reads.join(", "),
        supersedes.map((code) => `\`${code}\``).join(", "),
      ]
        .map((cell) => cell.replaceAll("|", "\\|"))
        .join(" | "),
    );
  return `| code | title | reported when | severity | reads | replaces |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join("\n")}`;
}
