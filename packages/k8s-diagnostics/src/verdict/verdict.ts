import { type ObjectRef, redactText, type Snapshot } from "@k8s-ops/k8s-cluster";
import type { Check, Evidence, Remedy } from "../check.ts";
import type { Cause, Issue, NotChecked } from "../diagnosis.ts";
import { refusal } from "../kube/fixed-fields.ts";
import { usersOf } from "../kube/network/users.ts";
import { refKey } from "../kube/refs.ts";
import type { OfferedCall } from "../remedy-calls.ts";
import { changesBefore } from "./changes.ts";
import { behind, type Impact, impactOf, type RefSet } from "./dependents.ts";
import { type Root, rootsOf } from "./explain.ts";
import { onsetOf } from "./onset.ts";
import { compareFindings } from "./rank.ts";
import { withRegression } from "./regressions.ts";
import { type CheckedFinding, type CheckRun, runChecks } from "./run-checks.ts";

/** Which findings a question is about. */
export interface Question {
  /** Whether a finding about these objects (its own, those that suffer, those it is related to) belongs to the answer. */
  concerns(refs: RefSet): boolean;
  /** What of a remedy's call the caller can make. Default: nothing, and remedies are steps. */
  readonly offers?: OfferedCall;
}

export interface Verdict {
  readonly causes: readonly Cause[];
  readonly issues: readonly Issue[];
  readonly recommendations: readonly string[];
  readonly not_checked: readonly NotChecked[];
}

const MAX_EVIDENCE = 5;
const MAX_EXPLAINS = 12;
const MAX_RECOMMENDATIONS = 8;

/** What the checks found in a snapshot, linked once, so that several questions can be answered from it. */
export interface Examination {
  readonly snapshot: Snapshot;
  readonly run: CheckRun;
  readonly impact: Impact;
  /** What a finding is of interest to, worked out once for all questions. */
  reachOf(finding: CheckedFinding): RefSet;
  /** Of high and medium severity; best first. */
  readonly roots: readonly Root[];
}

/** Runs the checks and links what they found. */
export function examine(checks: readonly Check[], snapshot: Snapshot): Examination {
  const impact = impactOf(snapshot.objects);
  const run = runChecks(checks, snapshot);
  const severe = run.findings.filter(({ severity }) => severity !== "low");
  const reaches = new Map<CheckedFinding, RefSet>();
  const reachOf = (finding: CheckedFinding): RefSet => {
    const known = reaches.get(finding) ?? reach(finding, impact, snapshot);
    reaches.set(finding, known);
    return known;
  };
  return { snapshot, run, impact, reachOf, roots: [...rootsOf(severe, impact)].sort(compareRoots) };
}

/** Ranks the causes that concern the question and that nothing explains. */
export function reachVerdict(
  { snapshot, run, impact, reachOf, roots }: Examination,
  question: Question,
): Verdict {
  const isConcerned = (finding: CheckedFinding): boolean => question.concerns(reachOf(finding));
  const concerned = roots
    .filter(({ finding, explains }) => [finding, ...explains].some(isConcerned))
    .toSorted((a, b) => Number(isApart(a, impact, question)) - Number(isApart(b, impact, question)))
    .map((root) => ({ ...root, finding: withRegression(root.finding, snapshot, MAX_EVIDENCE) }));
  const symptoms = run.findings
    .filter(({ level, severity }) => level === "symptom" || severity === "low")
    .filter(isConcerned)
    .sort(compareFindings);
  return {
    causes: concerned.map((root) => causeOf(root, impact, snapshot, question)),
    issues: symptoms.map(issueOf),
    recommendations: recommendationsOf([...concerned.map(({ finding }) => finding), ...symptoms]),
    not_checked: notChecked(
      snapshot,
      run.undecided.filter(({ object }) => question.concerns(impact([object]))),
      run.failed,
    ),
  };
}

/**
 * What a finding is of interest to: what suffers, what it is related to, what stands behind a broken entrance, and who
 * uses a broken Service.
 */
function reach(
  { object, severity, level, affects = [], related = [] }: CheckedFinding,
  impact: Impact,
  { objects, asOf }: Snapshot,
): RefSet {
  const own = [object, ...affects];
  const isGrave = level === "cause" && severity === "high";
  const hidden = isGrave ? behind(own, objects).values() : [];
  const users = own
    .filter(({ kind }) => isGrave && kind === "Service")
    .flatMap((service) => usersOf(service, objects, asOf));
  return new Map([...impact(own).values(), ...related, ...hidden, ...users].map((ref) => [refKey(ref), ref]));
}

/** Whether the cause leaves the health of what is asked about alone: it comes after those that do not. */
function isApart({ finding, explains }: Root, impact: Impact, question: Question): boolean {
  return ![finding, ...explains].some(({ object, affects = [] }) =>
    question.concerns(impact([object, ...affects])),
  );
}

/** Among causes alike in gravity and confidence, the one that explains more comes first. */
function compareRoots(a: Root, b: Root): number {
  const weight = ({ explains }: Root): number =>
    explains.filter(({ severity }) => severity === "high").length;
  const alike =
    a.finding.severity === b.finding.severity &&
    a.finding.level === b.finding.level &&
    a.finding.confidence === b.finding.confidence;
  return (alike ? weight(b) - weight(a) : 0) || compareFindings(a.finding, b.finding);
}

function causeOf(
  { finding, explains }: Root,
  impact: Impact,
  { objects, asOf }: Snapshot,
  { offers }: Question,
): Cause {
  const { code, title, object, level, evidence, remedies = [] } = finding;
  const suffering = [...impact([object, ...(finding.affects ?? [])]).values()];
  const since = onsetOf(suffering, objects, asOf);
  return {
    code,
    title,
    object,
    confidence: level === "symptom" ? "possible" : finding.confidence,
    ...(since !== undefined && { since }),
    evidence: [...evidence.slice(0, MAX_EVIDENCE), ...changesBefore(since, suffering, objects)].map(
      redactEvidence,
    ),
    explains: [...explains]
      .sort(compareFindings)
      .slice(0, MAX_EXPLAINS)
      .map((other) => ({ code: other.code, object: other.object })),
    remedies: remedies.map(({ call, ...remedy }) => {
      const told = withRefusal(remedy, object);
      const offered = call && offers?.(call);
      return offered ? { ...told, call: offered } : told;
    }),
  };
}

/** Says so where the API server would not take the patch of an object that exists. */
function withRefusal(remedy: Remedy, object: ObjectRef): Remedy {
  const why = remedy.patch && refusal((remedy.object ?? object).kind, remedy.patch);
  return why ? { ...remedy, step: `${remedy.step.replace(/\.$/, "")}; ${why}.` } : remedy;
}

function issueOf({ code, severity, object, title, details = {} }: CheckedFinding): Issue {
  const redacted = Object.entries(details).map(([key, value]) => [
    key,
    typeof value === "string" ? redactText(value) : value,
  ]);
  return { code, severity, object, message: title, ...Object.fromEntries(redacted) };
}

function redactEvidence(evidence: Evidence): Evidence {
  if ("field" in evidence) return { ...evidence, value: redactText(evidence.value) };
  if ("event" in evidence) {
    return { ...evidence, event: { ...evidence.event, message: redactText(evidence.event.message) } };
  }
  return { ...evidence, log: { ...evidence.log, line: redactText(evidence.log.line) } };
}

function recommendationsOf(findings: readonly CheckedFinding[]): readonly string[] {
  const steps = findings.flatMap(({ remedies = [] }) => remedies.map(({ step }) => step));
  return [...new Set(steps)].slice(0, MAX_RECOMMENDATIONS);
}

function notChecked(
  { gaps }: Snapshot,
  undecided: CheckRun["undecided"],
  failed: readonly string[],
): readonly NotChecked[] {
  const all: readonly NotChecked[] = [
    ...gaps,
    ...undecided.map(({ code, object: { namespace, name }, reason }) => ({
      resource: `check:${code}`,
      ...(namespace !== "" && { namespace }),
      name,
      reason,
    })),
    ...failed.map((code) => ({ resource: `check:${code}`, reason: "malformed_object" as const })),
  ];
  return [...new Map(all.map((gap) => [JSON.stringify(gap), gap])).values()];
}
