import type { z } from "zod";

/** Who calls: the local user on stdio, the verified token's subject on HTTP. */
export interface Principal {
  readonly name: string;
  readonly groups?: readonly string[];
}

/** Limits a call to these namespaces; without one it covers all. */
export interface Scope {
  readonly namespaces: readonly string[];
}

/** What a handler asks of the person behind the client, by throwing `InputRequired`. */
export interface Question {
  /** Names the answer when the handler is entered again. */
  readonly key: string;
  /** What the person reads. */
  readonly message: string;
  /** The form: JSON Schema of an object whose properties are primitives, as MCP restricts `requestedSchema`. */
  readonly schema: JsonSchema;
  /** Comes back with the answer. It travels through the client, so that what comes back is to be verified. */
  readonly state: string;
}

/** What came of a question. The content is unchecked, and empty unless the person accepts. */
export interface Answer {
  readonly action: "accept" | "decline" | "cancel";
  readonly content: Readonly<Record<string, unknown>>;
}

/** What the person said since the handler was last left; all of it is the client's input. */
export interface Elicitation {
  /** By the key of the question; empty on the first entry. */
  readonly answers: ReadonlyMap<string, Answer>;
  /** The question's state as it came back. */
  readonly state?: string;
}

/** What comes with one call, whatever the server and the SDK. */
export interface CallContext {
  readonly principal: Principal;
  /** Aborted when the caller gives up or the deadline passes. */
  readonly signal: AbortSignal;
  readonly scope?: Scope;
  readonly progress?: (done: number, total: number | undefined, message: string) => void;
  /** W3C trace context of the caller. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  /** Present if and only if the client has said that it can put a form before a person. */
  readonly elicitation?: Elicitation;
}

/** MCP's behaviour hints, all stated. They are hints: the policy decides. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** What the tool does in the cluster's own words, for policies and generated roles. */
export interface ToolAccess {
  readonly verb: "read" | "write";
  readonly resource: string;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a server publishes of a tool. */
export interface ToolDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema 2020-12. */
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  readonly annotations: ToolAnnotations;
  readonly access: ToolAccess;
}

export interface ToolFailure {
  /** Stable, snake_case. */
  readonly code: string;
  /** A sentence for a person, with the way out. */
  readonly message: string;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable: boolean;
}

export type ToolResult =
  | { readonly ok: true; readonly structured: Readonly<Record<string, unknown>>; readonly text: string }
  | {
      readonly ok: false;
      readonly error: ToolFailure;
      /** The call is not over: it waits for this answer, and the tool is to be called again with it. */
      readonly question?: Question;
    };

/** A tool ready to be called: no SDK, no server, no dependencies left. */
export interface BoundTool {
  readonly definition: ToolDefinition;
  /** For tools/list. Absent: visible to all. A call is decided anew. */
  visibleTo?(principal: Principal): boolean;
  /** Never throws: what goes wrong is a result. */
  call(args: unknown, context: CallContext): Promise<ToolResult>;
}

type ObjectSchema = z.ZodObject;

/** A tool as a value. `Deps` is what its handler needs of the outside, given when it is bound. */
export interface Tool<Deps> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: ObjectSchema;
  readonly output: ObjectSchema;
  readonly annotations: ToolAnnotations;
  readonly access: ToolAccess;
  /**
   * The least deadline of a call in milliseconds, for a tool that waits for something to happen. The larger of it and
   * `BindOptions.deadlineMs` holds. What a person takes to answer does not count: that is between two calls.
   */
  readonly deadlineMs?: number;
  handler(input: never, context: CallContext, deps: Deps): Promise<Readonly<Record<string, unknown>>>;
  /** The same facts as text, for clients that show only text. */
  render(output: Readonly<Record<string, unknown>>): string;
  /** The output with less in it, or undefined when nothing is left to drop. Called until the result fits. */
  shrink?(output: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined;
  /**
   * The part of the largest result that such an output should take, above 0 and at most 1. Default 1. Where the largest
   * result is smaller than the default of 16384 bytes, it is the part of those.
   */
  share?(output: Readonly<Record<string, unknown>>): number;
}

interface ToolSpec<Input extends ObjectSchema, Output extends Readonly<Record<string, unknown>>, Deps>
  extends Omit<Tool<Deps>, "input" | "handler" | "render" | "shrink" | "share"> {
  readonly input: Input;
  /**
   * May be entered again after an answer: writes nothing before it. Throws coded errors, and `InputRequired` to ask, see
   * errors.ts.
   */
  handler(input: z.output<Input>, context: CallContext, deps: Deps): Promise<Output>;
  render(output: Output): string;
  shrink?(output: Output): Output | undefined;
  share?(output: Output): number;
}

/** States a tool and ties its handler to its input, and its text and reductions to what the handler returns. */
export function defineTool<
  Input extends ObjectSchema,
  Output extends Readonly<Record<string, unknown>>,
  Deps,
>(spec: ToolSpec<Input, Output, Deps>): Tool<Deps> {
  return spec as unknown as Tool<Deps>;
}
