import type { Session } from "../../../scripts/demo/session.ts";
import type { ExpectedCause, Scenario } from "./scenario.ts";

/** As much of a diagnosis as is compared. */
export interface Verdict {
  readonly state: string;
  readonly cause?: ExpectedCause;
  /** All causes, in the order of their names. */
  readonly causes: readonly ExpectedCause[];
  /** Codes of issues that somebody would have to look at. */
  readonly issues: readonly string[];
}

export interface Answer {
  readonly scenario: Scenario;
  readonly question: Question;
  readonly verdict: Verdict;
  readonly milliseconds: number;
  readonly bytes: number;
}

interface Diagnosis {
  readonly state: string;
  readonly causes: readonly { readonly code: string; readonly object: ExpectedCause["object"] }[];
  readonly issues: readonly { readonly code: string; readonly severity: string }[];
}

/** A question with all of its arguments. */
export interface Question {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Asks with one call. @throws Error when the call itself fails */
export async function ask(session: Session, scenario: Scenario, question: Question): Promise<Answer> {
  const started = performance.now();
  const { structured, error } = await session.call(question.tool, question.arguments);
  const milliseconds = Math.round(performance.now() - started);
  if (!structured) throw new Error(`${scenario.name}: ${question.tool}: ${error?.code}: ${error?.message}`);
  const bytes = Buffer.byteLength(JSON.stringify(structured));
  return { scenario, question, verdict: verdictOf(structured), milliseconds, bytes };
}

/** The part of a structured result that is compared. */
export function verdictOf(structured: Readonly<Record<string, unknown>>): Verdict {
  const { state, causes, issues } = structured as unknown as Diagnosis;
  const named = causes.map(({ code, object: { kind, name } }) => ({ code, object: { kind, name } }));
  const [first] = named;
  return {
    state,
    ...(first && { cause: first }),
    causes: inOrder(named),
    issues: issues.filter(({ severity }) => severity !== "low").map(({ code }) => code),
  };
}

/** What is compared: the first cause; all of them, where there are several faults; of what is healthy, that there is nothing to look at. */
export function expectedOf({ cause, also }: Scenario) {
  if (!cause) return { cause: undefined, issues: [] };
  return also ? { causes: inOrder([cause, ...also]) } : { cause };
}

/** The same part of an answer as of the expectation. */
export function toldOf({ cause: expected, also }: Scenario, { cause, causes, issues }: Verdict) {
  if (!expected) return { cause, issues };
  return also ? { causes } : { cause };
}

/** That part, with a generated name as the expectation has it, whose `backup-*` stands for `backup-29927452`. */
export function comparable(scenario: Scenario, verdict: Verdict) {
  const told = toldOf(scenario, verdict);
  const name = scenario.cause?.object.name ?? "";
  const { cause } = told;
  if (!(name.endsWith("*") && cause?.object.name.startsWith(name.slice(0, -1)))) return told;
  return { cause: { ...cause, object: { ...cause.object, name } } };
}

/** Which of two faults comes first, matters to nobody. */
function inOrder(causes: readonly ExpectedCause[]): readonly ExpectedCause[] {
  const text = ({ code, object }: ExpectedCause) => `${code} ${object.kind} ${object.name}`;
  return [...causes].sort((a, b) => text(a).localeCompare(text(b)));
}
