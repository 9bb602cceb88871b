import type { Answer, JsonSchema, Question } from "./tool.ts";

/** How long a person has to answer, where the adapter or its SDK waits: ten minutes, in milliseconds. */
export const ANSWER_MS = 600_000;

/** How often one call may ask, where the adapter or its SDK counts. */
export const MAX_QUESTIONS = 3;

/** What is shown of a form. The rest is compared with the answer, so that it must stay as the handler wrote it. */
const SHOWN: ReadonlySet<string> = new Set(["title", "description", "enumNames", "default"]);

/** The question with every text that a person reads cleaned; key, state and the names of fields stay as they are. */
export function cleanQuestion(question: Question, clean: (text: string) => string): Question {
  return {
    ...question,
    message: clean(question.message),
    schema: cleanForm(question.schema, clean) as JsonSchema,
  };
}

function cleanForm(value: unknown, clean: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => cleanForm(item, clean));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SHOWN.has(key) ? cleanShown(item, clean) : cleanForm(item, clean),
    ]),
  );
}

/** A field may have the name of a keyword: then this is a schema. */
function cleanShown(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (!Array.isArray(value)) return cleanForm(value, clean);
  return value.map((item) => (typeof item === "string" ? clean(item) : item));
}

/**
 * Whether a client's capabilities say that it can put a form before a person. `elicitation: {}` does, as in the
 * revisions before there were modes; naming only another mode does not.
 */
export function canShowForms(capabilities: unknown): boolean {
  const elicitation = isRecord(capabilities) ? capabilities.elicitation : undefined;
  return isRecord(elicitation) && (isRecord(elicitation.form) || elicitation.url === undefined);
}

/** An answer as it came from a client, or undefined when it is none. What came with a refusal is dropped. */
export function answerFrom(value: unknown): Answer | undefined {
  if (!isRecord(value)) return undefined;
  const { action, content } = value;
  if (action === "decline" || action === "cancel") return { action, content: {} };
  return action === "accept" ? { action, content: isRecord(content) ? { ...content } : {} } : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
