import type { Question, ToolFailure } from "./tool.ts";

/** An error that a handler throws for its caller: stable code, a sentence with the way out, worth a retry or not. */
export class ToolError extends Error {
  override readonly name: string = "ToolError";
  readonly code: string;
  readonly retryable: boolean;

  constructor(
    code: string,
    message: string,
    { retryable = false, ...options }: ErrorOptions & { retryable?: boolean } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryable = retryable;
  }
}

/**
 * Thrown by a handler to ask the person behind the client. The handler is entered again with the answer in
 * `CallContext.elicitation`; where that is absent, nobody can be asked, and the caller gets this as a plain error.
 */
export class InputRequired extends ToolError {
  override readonly name = "InputRequired";
  readonly question: Question;

  constructor(question: Question) {
    super(
      "input_required",
      `A person has to answer first, through a client that can ask (MCP elicitation): ${question.message}`,
    );
    this.question = question;
  }
}

/**
 * Any error that carries `code` and `retryable` is meant for the caller, of whatever library. Of others nothing is told,
 * because their messages may hold anything.
 */
export function failureOf(error: unknown): ToolFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, retryable, message } = error as Error & { code?: unknown; retryable?: unknown };
  return typeof code === "string" && typeof retryable === "boolean"
    ? { code, message, retryable }
    : undefined;
}
