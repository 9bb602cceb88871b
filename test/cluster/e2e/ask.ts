import type { Session } from "../../../scripts/demo/session.ts";
import type { ExpectedCause, Scenario } from "./scenario.ts";

/** As much of a diagnosis as is compared. */
export interface Verdict {
  readonly state: string;
  readonly cause?: ExpectedCause;
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
  const [first] = causes;
  return {
    state,
    ...(first && {
      cause: { code: first.code, object: { kind: first.object.kind, name: first.object.name } },
    }),
    issues: issues.filter(({ severity }) => severity !== "low").map(({ code }) => code),
  };
}

/** What is compared: the first cause, or for a healthy scenario that there is nothing to look at. */
export function expectedOf({ cause }: Scenario) {
  return cause ? { cause } : { cause: undefined, issues: [] };
}

/** The same part of an answer as of the expectation. */
export function comparable({ cause }: Scenario, verdict: Verdict) {
  return cause ? { cause: verdict.cause } : { cause: verdict.cause, issues: verdict.issues };
}
