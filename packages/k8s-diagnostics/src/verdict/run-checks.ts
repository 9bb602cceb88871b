import type { Snapshot } from "@k8s-ops/k8s-cluster";
import type { Check, Finding, Severity, Undecided } from "../check.ts";
import { refKey } from "../kube/refs.ts";

/** A finding with what its check says of it. */
export interface CheckedFinding extends Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly level: Check["level"];
  readonly supersedes: readonly string[];
  /** Codes that it replaces only where they lie on the objects that it names itself. */
  readonly supersedesOwn?: readonly string[];
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
      const moreSpecific = moreSpecificThan(check, checks);
      return [
        {
          findings: check.run(input).map((finding) => checked(check, moreSpecific, finding)),
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

/** The causes that replace those which a check replaces, where it says that it replaces them, too. */
function moreSpecificThan(
  { supersedes = [], supersedesMoreSpecific = false }: Check,
  checks: readonly Check[],
): readonly string[] {
  if (!supersedesMoreSpecific) return [];
  return checks
    .filter(
      (other) =>
        other.level === "cause" &&
        other.supersedesMoreSpecific !== true &&
        other.supersedes?.some((code) => supersedes.includes(code)),
    )
    .map(({ id }) => id);
}

function checked(
  { id, severity, level, supersedes = [] }: Check,
  supersedesOwn: readonly string[],
  finding: Finding,
): CheckedFinding {
  return {
    ...finding,
    code: id,
    severity: finding.severity ?? severity,
    level,
    supersedes,
    ...(supersedesOwn.length > 0 && { supersedesOwn }),
  };
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
