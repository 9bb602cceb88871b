import type { Cause, Diagnosis, TargetVerdict } from "../diagnosis.ts";
import { foldGaps, foldGapsByReason } from "./shrink-gaps.ts";
import { isList, leftOut } from "./shrink-told.ts";

const FEW_ISSUES = 4;
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
  (diagnosis) => laterCauses(diagnosis, shortEvidence),
  (diagnosis) => laterCauses(diagnosis, (cause) => slim(cause, 1)),
  (diagnosis) => ({ ...diagnosis, not_checked: foldGapsByReason(diagnosis.not_checked) }),
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map((cause) => withFewExplained(cause, 4)) }),
  fewerLowIssues,
  (diagnosis) => withIssues(diagnosis, shorten(diagnosis.issues, FEW_ITEMS)),
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map(shortEvidence) }),
  // In a list of causes the issues go before a cause does: what follows from a cause says most of them.
  (diagnosis) => (isList(diagnosis) ? withIssues(diagnosis, fewer(diagnosis.issues, FEW_ISSUES)) : diagnosis),
  (diagnosis) => ({ ...diagnosis, recommendations: fewer(diagnosis.recommendations, 1) }),
  (diagnosis) => ({ ...diagnosis, causes: shorten(diagnosis.causes) }),
  (diagnosis) => (isList(diagnosis) ? withIssues(diagnosis, []) : diagnosis),
  (diagnosis) => (isList(diagnosis) ? fewerCauses(diagnosis) : diagnosis),
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map(withOnePatch) }),
  (diagnosis) => withIssues(diagnosis, shorten(diagnosis.issues, 1)),
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map(withFewEvidence) }),
  (diagnosis) => withIssues(diagnosis, fewer(diagnosis.issues, FEW_ISSUES)),
  fewerCauses,
  (diagnosis) => ({ ...diagnosis, ...(diagnosis.targets && { targets: diagnosis.targets.map(alone) }) }),
  (diagnosis) => ({ ...diagnosis, recommendations: [] }),
  (diagnosis) => ({
    ...diagnosis,
    causes: diagnosis.causes.map((cause, at) => slim(cause, at === 0 ? 2 : 1)),
  }),
  (diagnosis) => shorten(diagnosis),
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map((cause) => withFewExplained(cause, 1)) }),
  (diagnosis) => withIssues(diagnosis, fewer(diagnosis.issues, 1)),
  // A step says in words what its patch does.
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map(withoutLongPatches) }),
  (diagnosis) => ({ ...diagnosis, causes: diagnosis.causes.map((cause) => slim(cause, 1)) }),
  (diagnosis) => withIssues(diagnosis, []),
];

/** What a smaller form was made of: what it lacks is counted against that. */
const WHOLES = new WeakMap<Diagnosis, Diagnosis>();

/** The next smaller form of a diagnosis, which says what it lacks; undefined when nothing can be left out any more. */
export function shrinkDiagnosis<T extends Diagnosis>(diagnosis: T): T | undefined {
  const whole = WHOLES.get(diagnosis) ?? diagnosis;
  const current = withTruncated(diagnosis, whole.truncated);
  const size = JSON.stringify(current).length;
  for (const step of STEPS) {
    const next = step(current);
    if (JSON.stringify(next).length >= size) continue;
    const words = [whole.truncated, leftOut(whole, next)].filter((text) => text !== undefined);
    const form = withTruncated(next, words.length > 0 ? words.join(" ") : undefined);
    WHOLES.set(form, whole);
    return form as T;
  }
  return undefined;
}

function withTruncated({ truncated: _, ...diagnosis }: Diagnosis, words: string | undefined): Diagnosis {
  return { ...(diagnosis as Diagnosis), ...(words !== undefined && { truncated: words }) };
}

/** The recommendations that no cause shows as its remedy. */
function withoutRepeated(diagnosis: Diagnosis): Diagnosis {
  const shown = new Set(diagnosis.causes.flatMap(({ remedies }) => remedies.map(({ step }) => step)));
  return { ...diagnosis, recommendations: diagnosis.recommendations.filter((step) => !shown.has(step)) };
}

function withIssues(diagnosis: Diagnosis, issues: Diagnosis["issues"]): Diagnosis {
  return { ...diagnosis, issues };
}

/** Some of the last ones left out, as long as there are more than are to stay. */
function fewer<T>(items: readonly T[], least: number): readonly T[] {
  const spare = items.length - least;
  return spare > 0 ? items.slice(0, items.length - Math.ceil(spare / 8)) : items;
}

/** Those of low severity come last. */
function fewerLowIssues(diagnosis: Diagnosis): Diagnosis {
  const grave = diagnosis.issues.filter(({ severity }) => severity !== "low").length;
  return withIssues(diagnosis, fewer(diagnosis.issues, grave));
}

function laterCauses(diagnosis: Diagnosis, change: (cause: Cause) => Cause): Diagnosis {
  return { ...diagnosis, causes: diagnosis.causes.map((cause, at) => (at === 0 ? cause : change(cause))) };
}

function shortEvidence(cause: Cause): Cause {
  return { ...cause, evidence: shorten(cause.evidence) };
}

function slim(cause: Cause, choices: number): Cause {
  const { evidence, explains, remedies } = cause;
  return {
    ...cause,
    evidence: evidence.slice(0, 2),
    explains: explains.slice(0, 3),
    remedies: remedies.slice(0, choices),
  };
}

function withoutLongPatches(cause: Cause): Cause {
  const remedies = cause.remedies.map(({ patch, ...remedy }) =>
    patch === undefined || patch.length > LONG_PATCH ? remedy : { ...remedy, patch },
  );
  return { ...cause, remedies };
}

/** The patches of the second choice and further ones left out. */
function withOnePatch(cause: Cause): Cause {
  const remedies = cause.remedies.map(({ patch, ...remedy }, at) =>
    at > 0 || patch === undefined ? remedy : { ...remedy, patch },
  );
  return { ...cause, remedies };
}

function withFewExplained(cause: Cause, count: number): Cause {
  return { ...cause, explains: cause.explains.slice(0, count) };
}

function withFewEvidence(cause: Cause): Cause {
  return { ...cause, evidence: cause.evidence.slice(0, 3) };
}

function alone(target: TargetVerdict): TargetVerdict {
  return { ...target, causes: [] };
}

function fewerCauses(diagnosis: Diagnosis): Diagnosis {
  const causes = fewer(diagnosis.causes, 1);
  if (!isList(diagnosis) || causes.length === diagnosis.causes.length) return { ...diagnosis, causes };
  const end =
    typeof diagnosis.next_cursor === "string" ? Number(diagnosis.next_cursor) : diagnosis.causes_total;
  const next_cursor = String(end - (diagnosis.causes.length - causes.length));
  return {
    ...diagnosis,
    causes,
    next_cursor,
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
