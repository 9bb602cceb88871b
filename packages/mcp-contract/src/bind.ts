import { z } from "zod";
import { failureOf, InputRequired, ToolError } from "./errors.ts";
import { cleanQuestion } from "./question.ts";
import type {
  BoundTool,
  CallContext,
  JsonSchema,
  Question,
  Tool,
  ToolDefinition,
  ToolFailure,
  ToolResult,
} from "./tool.ts";
import { cleanText, mapStrings } from "./untrusted.ts";
import { toWire } from "./wire.ts";

export interface BindOptions<Deps> {
  readonly deps: Deps;
  /** Replaces secrets in every string of a result or an error. */
  readonly redact?: (text: string) => string;
  /** Upper bound of a result as it is sent, text and structured content in their wrapper, in bytes. Default 16,384. */
  readonly maxBytes?: number;
  /** How long a call may take, unless the tool asks for more. Default 30,000. */
  readonly deadlineMs?: number;
  /** Told of errors that are not meant for callers. */
  readonly onInternalError?: (tool: string, error: unknown) => void;
}

type ToolFailed = Extract<ToolResult, { ok: false }>;

const DEFAULT_MAX_BYTES = 16_384;
const DEFAULT_DEADLINE_MS = 30_000;

/**
 * Gives a tool what it needs and makes it safe to call: arguments are checked, the deadline and the caller's
 * cancellation hold even if the handler ignores them, errors become results, text is cleaned, the size is bounded.
 */
export function bind<Deps>(tool: Tool<Deps>, options: BindOptions<Deps>): BoundTool {
  const { redact = (text: string) => text, maxBytes = DEFAULT_MAX_BYTES } = options;
  const clean = (text: string): string => redact(cleanText(text));
  return {
    definition: definitionOf(tool),
    async call(args, context) {
      const input = tool.input.safeParse(args ?? {});
      if (!input.success) return failed(invalidArguments(tool, input.error), clean);
      const deadline = AbortSignal.timeout(deadlineOf(tool, options));
      const signal = AbortSignal.any([context.signal, deadline]);
      try {
        const output = await abortable(
          tool.handler(input.data as never, { ...context, signal }, options.deps),
          signal,
        );
        return fit(tool, mapStrings(output, clean), maxBytes);
      } catch (error) {
        const failure = failed(explain(tool, error, context, deadline, options), clean);
        if (!(error instanceof InputRequired) || !context.elicitation) return failure;
        return ask(tool, failure, cleanQuestion(error.question, clean), maxBytes);
      }
    },
  };
}

/** What a server publishes of a tool; the schemas are converted when they are asked for. */
export function definitionOf<Deps>(tool: Tool<Deps>): ToolDefinition {
  const schema = (io: "input" | "output"): JsonSchema => {
    const { $schema: _, ...rest } = z.toJSONSchema(tool[io], { io, override: terse });
    return rest;
  };
  let inputSchema: JsonSchema | undefined;
  let outputSchema: JsonSchema | undefined;
  const { name, title, description, annotations, access } = tool;
  return {
    name,
    title,
    description,
    annotations,
    access,
    get inputSchema() {
      inputSchema ??= schema("input");
      return inputSchema;
    },
    get outputSchema() {
      outputSchema ??= schema("output");
      return outputSchema;
    },
  };
}

/**
 * Leaves out what JSON Schema takes for granted, zod's bounds of safe integers, and bounds of lengths that no honest
 * caller meets and every call is held to anyway: a list of tools costs tokens.
 */
function terse({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const extra = jsonSchema.additionalProperties;
  if (typeof extra === "object" && Object.keys(extra).length === 0) delete jsonSchema.additionalProperties;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.properties && Object.keys(jsonSchema.properties).length === 0) delete jsonSchema.properties;
  for (const bound of ["maxLength", "maxItems"] as const) delete jsonSchema[bound];
  delete jsonSchema.id;
}

function invalidArguments<Deps>(tool: Tool<Deps>, error: z.ZodError): ToolFailure {
  const known = Object.keys(tool.input.shape).join(", ");
  const problems = error.issues.slice(0, 5).map(({ path, message }) => {
    const place = path.map(String).join(".");
    return place === "" ? message : `${place}: ${message}`;
  });
  return {
    code: "invalid_arguments",
    message: `${tool.name}: ${problems.join("; ")}. Arguments are: ${known}.`,
    retryable: false,
  };
}

function explain<Deps>(
  tool: Tool<Deps>,
  error: unknown,
  context: CallContext,
  deadline: AbortSignal,
  options: BindOptions<Deps>,
): ToolFailure {
  if (context.signal.aborted)
    return { code: "cancelled", message: "The call was cancelled.", retryable: true };
  if (deadline.aborted) {
    const seconds = deadlineOf(tool, options) / 1000;
    return {
      code: "timeout",
      message: `${tool.name} did not finish within ${seconds} s. Try again, or ask about less at once.`,
      retryable: true,
    };
  }
  const failure = failureOf(error);
  if (failure) return failure;
  options.onInternalError?.(tool.name, error);
  return {
    code: "internal_error",
    message: `${tool.name} failed unexpectedly; the server's log says why.`,
    retryable: false,
  };
}

function deadlineOf<Deps>(tool: Tool<Deps>, { deadlineMs = DEFAULT_DEADLINE_MS }: BindOptions<Deps>): number {
  return Math.max(deadlineMs, tool.deadlineMs ?? 0);
}

function failed(error: ToolFailure, clean: (text: string) => string): ToolFailed {
  return { ok: false, error: { ...error, message: shorten(clean(error.message), 2_000) } };
}

function fit<Deps>(tool: Tool<Deps>, output: Readonly<Record<string, unknown>>, largest: number): ToolResult {
  const share = tool.share?.(output) ?? 1;
  const maxBytes = Math.min(largest, Math.floor(Math.max(largest, DEFAULT_MAX_BYTES) * share));
  for (let current: typeof output | undefined = output; current; current = tool.shrink?.(current)) {
    const result: ToolResult = { ok: true, structured: current, text: tool.render(current) };
    if (Buffer.byteLength(JSON.stringify(toWire(result))) <= maxBytes) return result;
  }
  const error = new ToolError(
    "result_too_large",
    `The result of ${tool.name} is larger than ${maxBytes} bytes. Ask about less at once.`,
  );
  return { ok: false, error };
}

/** Not shortened to fit: nobody shall agree to what they were not shown. */
function ask<Deps>(tool: Tool<Deps>, failure: ToolFailed, question: Question, maxBytes: number): ToolResult {
  if (Buffer.byteLength(JSON.stringify(question)) <= maxBytes) return { ...failure, question };
  const error = new ToolError(
    "result_too_large",
    `The question of ${tool.name} is larger than ${maxBytes} bytes. Ask for less at once.`,
  );
  return { ok: false, error };
}

/** Settles when the signal is aborted, even if the work does not. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
