import type { ToolFailure } from "./tool.ts";

/** An error that a handler throws for its caller: stable code, a sentence with the way out, worth a retry or not. */
export class ToolError extends Error {
  override readonly name = "ToolError";
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
