import type { ToolResult } from "./tool.ts";

/** A result in the form that both SDKs send. */
export interface WireResult {
  readonly [key: string]: unknown;
  content: { type: "text"; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
}

/**
 * Success carries structured content and the same facts as text. An error is text only, as JSON: clients check
 * structured content against the tool's output schema, which speaks of successes.
 */
export function toWire(result: ToolResult): WireResult {
  if (result.ok) {
    return { content: [{ type: "text", text: result.text }], structuredContent: { ...result.structured } };
  }
  const { code, message, retryable } = result.error;
  return { content: [{ type: "text", text: JSON.stringify({ code, message, retryable }) }], isError: true };
}

/** The W3C trace context that a request carries in `_meta`. */
export function traceContext(meta: Readonly<Record<string, unknown>> | undefined) {
  return {
    ...(typeof meta?.traceparent === "string" && { traceparent: meta.traceparent }),
    ...(typeof meta?.tracestate === "string" && { tracestate: meta.tracestate }),
  };
}
