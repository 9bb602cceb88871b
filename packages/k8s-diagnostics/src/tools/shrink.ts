import type { Cause, Diagnosis } from "../diagnosis.ts";

const FEW_ISSUES = 4;
const FEW_RECOMMENDATIONS = 3;
const SHORT_VALUE = 160;

/**
 * The next smaller form of a diagnosis: first issues, then details of minor causes, then long values, then causes, then
 * the rest. In a list of causes the issues go before a cause does: what follows from a cause says most of them.
 */
export function shrinkDiagnosis<T extends Diagnosis>(diagnosis: T): T | undefined {
  const { issues, causes, not_checked } = diagnosis;
  if (issues.length > FEW_ISSUES) {
    return cut({
      ...diagnosis,
      issues: issues.slice(0, Math.max(FEW_ISSUES, Math.floor(issues.length * 0.7))),
    });
  }
  const slim = causes.map((cause, index) => (index === 0 ? cause : slimmed(cause)));
  if (slim.some((cause, index) => cause !== causes[index])) return cut({ ...diagnosis, causes: slim });
  if (not_checked.length > 10) return cut({ ...diagnosis, not_checked: not_checked.slice(0, 10) });
  const short = shortened(diagnosis);
  if (JSON.stringify(short) !== JSON.stringify(diagnosis)) return cut(short);
  if (isList(diagnosis) && issues.length + diagnosis.recommendations.length > FEW_RECOMMENDATIONS) {
    return cut({
      ...diagnosis,
      issues: [],
      recommendations: diagnosis.recommendations.slice(0, FEW_RECOMMENDATIONS),
    });
  }
  if (causes.length > 1) return withoutLast(diagnosis, Math.ceil(causes.length / 8));
  if (issues.length > 0) return cut({ ...diagnosis, issues: issues.slice(0, issues.length >> 1) });
  if (not_checked.length > 1) {
    return cut({ ...diagnosis, not_checked: not_checked.slice(0, not_checked.length >> 1) });
  }
  return undefined;
}

function isList<T extends Diagnosis>(diagnosis: T): diagnosis is T & { readonly causes_total: number } {
  return typeof diagnosis.causes_total === "number";
}

function slimmed(cause: Cause): Cause {
  const { evidence, explains, remedies } = cause;
  if (evidence.length <= 2 && explains.length <= 3 && remedies.length <= 1) return cause;
  return {
    ...cause,
    evidence: evidence.slice(0, 2),
    explains: explains.slice(0, 3),
    remedies: remedies.slice(0, 1),
  };
}

function withoutLast<T extends Diagnosis>(diagnosis: T, count: number): T {
  const causes = diagnosis.causes.slice(0, -count);
  if (!isList(diagnosis)) return cut({ ...diagnosis, causes });
  const end =
    typeof diagnosis.next_cursor === "string" ? Number(diagnosis.next_cursor) : diagnosis.causes_total;
  const next_cursor = String(end - count);
  return {
    ...diagnosis,
    causes,
    next_cursor,
    truncated: `Cut to fit: ${causes.length} of ${diagnosis.causes_total} causes. Call again with cursor ${next_cursor} for the next ones.`,
  };
}

function cut<T extends Diagnosis>(diagnosis: T): T {
  return {
    truncated: "Cut to fit: ask about one of the objects alone for all of its issues and evidence.",
    ...diagnosis,
  };
}

function shortened<T>(value: T): T {
  return shorten(value) as T;
}

function shorten(value: unknown): unknown {
  if (typeof value === "string")
    return value.length > SHORT_VALUE ? `${value.slice(0, SHORT_VALUE - 1)}…` : value;
  if (Array.isArray(value)) return value.map(shorten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "patch" || key === "truncated" ? item : shorten(item),
    ]),
  );
}
