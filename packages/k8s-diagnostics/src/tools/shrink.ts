import type { Cause, Diagnosis, Issue, TargetVerdict } from "../diagnosis.ts";
import { foldGaps, foldGapsByReason } from "./shrink-gaps.ts";

const FEW_ISSUES = 4;
const FEW_RECOMMENDATIONS = 3;
const SHORT_VALUE = 160;
const LONG_PATCH = 400;
/** As many of the newest events as are promised, and at least. */
const RECENT = 5;
const FEW_ITEMS = 2;

/** A smaller form of the diagnosis, or the same when there is nothing of the kind to leave out. */
type Step = (diagnosis: Diagnosis) => Diagnosis;

/** What is left out first, and what last: the first cause with its evidence and its repair stays as long as anything. */
const STEPS: readonly Step[] = [
  withoutRepeated,
  (diagnosis) => ({ ...diagnosis, not_checked: foldGaps(diagnosis.not_checked) }),
  (diagnosis) => withIssues(diagnosis, shorten(diagnosis.issues, RECENT)),
  fewerIssues,
  (diagnosis) => ({
    ...diagnosis,
    causes: diagnosis.causes.map((cause, at) => (at === 0 ? cause : slim(cause))),
  }),
  (diagnosis) => ({ ...diagnosis, not_checked: foldGapsByReason(diagnosis.not_checked) }),
  (diagnosis) => ({ ...diagnosis, recommendations: diagnosis.recommendations.slice(0, FEW_RECOMMENDATIONS) }),
  (diagnosis) => ({ ...diagnosis, causes: shorten(diagnosis.causes) }),
  // In a list of causes the issues go before a cause does: what follows from a cause says most of them.
  (diagnosis) => (isList(diagnosis) ? withIssues(diagnosis, []) : diagnosis),
  fewerCauses,
  (diagnosis) => withIssues(diagnosis, shorten(diagnosis.issues, FEW_ITEMS)),
  (diagnosis) => ({ ...diagnosis, recommendations: diagnosis.recommendations.slice(0, 1) }),
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map(briefer) }),
  (diagnosis) => withIssues(diagnosis, diagnosis.issues.map(bare)),
  (diagnosis) => ({ ...diagnosis, ...(diagnosis.targets && { targets: diagnosis.targets.map(alone) }) }),
  (diagnosis) => withIssues(diagnosis, diagnosis.issues.slice(0, diagnosis.issues.length >> 1)),
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map(slim) }),
  (diagnosis) => ({ ...diagnosis, recommendations: [] }),
  (diagnosis) => shorten(diagnosis),
  // A step says in words what its patch does.
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map(withoutLongPatches) }),
];

/** The next smaller form of a diagnosis; undefined when nothing can be left out any more. */
export function shrinkDiagnosis<T extends Diagnosis>(diagnosis: T): T | undefined {
  const size = JSON.stringify(diagnosis).length;
  for (const step of STEPS) {
    const next = step(diagnosis);
    if (JSON.stringify(next).length < size) return cut(next as T);
  }
  return undefined;
}

function cut<T extends Diagnosis>(diagnosis: T): T {
  return {
    truncated: "Cut to fit: ask about one of the objects alone for all of its issues and evidence.",
    ...diagnosis,
  };
}

/** The recommendations that no cause shows as its remedy. */
function withoutRepeated(diagnosis: Diagnosis): Diagnosis {
  const shown = new Set(diagnosis.causes.flatMap(({ remedies }) => remedies.map(({ step }) => step)));
  return { ...diagnosis, recommendations: diagnosis.recommendations.filter((step) => !shown.has(step)) };
}

function withIssues(diagnosis: Diagnosis, issues: Diagnosis["issues"]): Diagnosis {
  return { ...diagnosis, issues };
}

function fewerIssues(diagnosis: Diagnosis): Diagnosis {
  const count = Math.max(FEW_ISSUES, Math.floor(diagnosis.issues.length * 0.7));
  return withIssues(diagnosis, diagnosis.issues.slice(0, count));
}

function isList(diagnosis: Diagnosis): diagnosis is Diagnosis & { readonly causes_total: number } {
  return typeof diagnosis.causes_total === "number";
}

function slim(cause: Cause): Cause {
  const { evidence, explains, remedies } = cause;
  return {
    ...cause,
    evidence: evidence.slice(0, 2),
    explains: explains.slice(0, 3),
    remedies: remedies.slice(0, 1),
  };
}

function withoutLongPatches(cause: Cause): Cause {
  const remedies = cause.remedies.map(({ patch, ...remedy }) =>
    patch === undefined || patch.length > LONG_PATCH ? remedy : { ...remedy, patch },
  );
  return { ...cause, remedies };
}

function briefer(cause: Cause): Cause {
  return { ...cause, evidence: cause.evidence.slice(0, 3), explains: cause.explains.slice(0, 4) };
}

function bare({ code, severity, object, message, container }: Issue): Issue {
  return { code, severity, object, message, ...(container !== undefined && { container }) };
}

function alone(target: TargetVerdict): TargetVerdict {
  return { ...target, causes: [] };
}

function fewerCauses(diagnosis: Diagnosis): Diagnosis {
  const count = Math.max(1, diagnosis.causes.length - Math.ceil(diagnosis.causes.length / 8));
  const causes = diagnosis.causes.slice(0, count);
  if (!isList(diagnosis) || causes.length === diagnosis.causes.length) return { ...diagnosis, causes };
  const end =
    typeof diagnosis.next_cursor === "string" ? Number(diagnosis.next_cursor) : diagnosis.causes_total;
  const next_cursor = String(end - (diagnosis.causes.length - count));
  return {
    ...diagnosis,
    causes,
    next_cursor,
    truncated: `Cut to fit: ${count} of ${diagnosis.causes_total} causes. Call again with cursor ${next_cursor} for the next ones.`,
  };
}

/** Half a step or half a patch would be another one. */
const WHOLE: ReadonlySet<string> = new Set(["step", "patch", "not_checked", "truncated"]);

/** Long text to its beginning, and lists to their first items where a number is given. */
function shorten<T>(value: T, items = Number.POSITIVE_INFINITY): T {
  return shortened(value, items, 0) as T;
}

function shortened(value: unknown, items: number, depth: number): unknown {
  if (typeof value === "string")
    return value.length > SHORT_VALUE ? `${value.slice(0, SHORT_VALUE - 1)}…` : value;
  if (Array.isArray(value)) {
    const kept = depth === 0 ? value : value.slice(0, items);
    return kept.map((item) => shortened(item, items, depth + 1));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      WHOLE.has(key) ? item : shortened(item, items, depth + 1),
    ]),
  );
}
