import type { Snapshot } from "@k8s-ops/k8s-cluster";
import type { Check, Finding, Severity, Undecided } from "../check.ts";
import { refKey } from "../kube/refs.ts";

/** A finding with what its check says of it. */
export interface CheckedFinding extends Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly level: Check["level"];
  readonly supersedes: readonly string[];
}

export interface CheckRun {
  readonly findings: readonly CheckedFinding[];
  readonly undecided: readonly (Undecided & { readonly code: string })[];
  /** Codes of checks that could not cope with an object; what they would have found is not known. */
  readonly failed: readonly string[];
}

/** Runs every check on the snapshot and joins findings of one code, object and subject. */
export function runChecks(checks: readonly Check[], { objects, asOf }: Snapshot): CheckRun {
  const failed: string[] = [];
  const runs = checks.flatMap((check) => {
    try {
      const input = { objects, asOf };
      return [
        {
          findings: check.run(input).map((finding) => checked(check, supersededBy(check, checks), finding)),
          undecided: (check.undecided?.(input) ?? []).map((item) => ({ ...item, code: check.id })),
        },
      ];
    } catch {
      failed.push(check.id);
      return [];
    }
  });
  return {
    findings: joined(runs.flatMap(({ findings }) => findings)),
    undecided: runs.flatMap(({ undecided }) => undecided),
    failed,
  };
}

/** The codes that a check replaces: those that it names, and where it says so the causes that replace them, too. */
function supersededBy({ supersedes = [], supersedesMoreSpecific = false }: Check, checks: readonly Check[]) {
  if (!supersedesMoreSpecific) return supersedes;
  const moreSpecific = checks.filter(
    (other) =>
      other.level === "cause" &&
      other.supersedesMoreSpecific !== true &&
      other.supersedes?.some((code) => supersedes.includes(code)),
  );
  return [...new Set([...supersedes, ...moreSpecific.map(({ id }) => id)])];
}

function checked(
  { id, severity, level }: Check,
  supersedes: readonly string[],
  finding: Finding,
): CheckedFinding {
  return { ...finding, code: id, severity: finding.severity ?? severity, level, supersedes };
}

function joined(findings: readonly CheckedFinding[]): readonly CheckedFinding[] {
  const byKey = new Map<string, CheckedFinding>();
  for (const finding of findings) {
    const key = `${finding.code} ${refKey(finding.object)} ${finding.subject ?? ""}`;
    const first = byKey.get(key);
    byKey.set(key, first ? join(first, finding) : finding);
  }
  return [...byKey.values()];
}

/** The first finding's words and evidence stand for all; the objects that suffer add up. */
function join(first: CheckedFinding, next: CheckedFinding): CheckedFinding {
  return {
    ...first,
    affects: [...(first.affects ?? []), ...(next.affects ?? [])],
    related: [...(first.related ?? []), ...(next.related ?? [])],
    because: [...(first.because ?? []), ...(next.because ?? [])],
  };
}
