import type { Confidence, Severity } from "../check.ts";
import { refKey } from "../kube/refs.ts";
import type { CheckedFinding } from "./run-checks.ts";

const SEVERITY: Readonly<Record<Severity, number>> = { high: 0, medium: 1, low: 2 };
const CONFIDENCE: Readonly<Record<Confidence, number>> = { certain: 0, likely: 1, possible: 2 };

/** Worst and surest first; causes before symptoms; then by name, so that equal input gives equal output. */
export function compareFindings(a: CheckedFinding, b: CheckedFinding): number {
  return (
    SEVERITY[a.severity] - SEVERITY[b.severity] ||
    Number(a.level === "symptom") - Number(b.level === "symptom") ||
    CONFIDENCE[a.confidence] - CONFIDENCE[b.confidence] ||
    compareText(
      `${a.code} ${refKey(a.object)} ${a.subject ?? ""}`,
      `${b.code} ${refKey(b.object)} ${b.subject ?? ""}`,
    )
  );
}

export function isGraver(a: Severity, b: Severity): boolean {
  return SEVERITY[a] < SEVERITY[b];
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
