import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { currentInstruments, SCOPE } from "./instruments.ts";

export interface TelemetryOptions {
  /** How the server is reached: `pipe` on stdio, `tcp` on HTTP. Becomes `network.transport`. */
  readonly transport?: "pipe" | "tcp";
}

/** W3C trace context of the caller, from `_meta` of the request. */
export interface TraceCarrier {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** How a call went. `errorType` is `error.type` of the conventions, `code` the error's stable code. */
export type Outcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly errorType: string; readonly code?: string };

export const DENIED = "permission_denied";

/**
 * Runs one tool call inside a server span, and counts and times it. Attributes hold names and codes only, nothing from
 * arguments, results or messages. Without an OpenTelemetry SDK all of it does nothing.
 */
export async function observeCall<T>(
  tool: string,
  { transport }: TelemetryOptions,
  carrier: TraceCarrier,
  call: () => Promise<T>,
  outcomeOf: (result: T) => Outcome,
): Promise<T> {
  const { duration, inFlight } = currentInstruments();
  const attributes: Attributes = {
    "mcp.method.name": "tools/call",
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": tool,
    ...(transport && { "network.transport": transport }),
  };
  const { parent, links } = origin(carrier);
  const span = trace
    .getTracer(SCOPE)
    .startSpan(
      `tools/call ${tool}`,
      { kind: SpanKind.SERVER, attributes: { ...attributes, "tool.name": tool }, links },
      parent,
    );
  const started = performance.now();
  const byTool = { "gen_ai.tool.name": tool };
  inFlight.add(1, byTool);

  const finish = (outcome: Outcome): void => {
    const failed = outcome.ok ? {} : { "error.type": outcome.errorType };
    if (!outcome.ok) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttributes({ ...failed, ...(outcome.code && { "tool.error.code": outcome.code }) });
    }
    duration.record((performance.now() - started) / 1000, { ...attributes, ...failed });
    inFlight.add(-1, byTool);
    count(tool, outcome);
    span.end();
  };

  try {
    const result = await context.with(trace.setSpan(parent, span), call);
    finish(outcomeOf(result));
    return result;
  } catch (error) {
    finish({ ok: false, errorType: thrownType(error) });
    throw error;
  }
}

function count(tool: string, outcome: Outcome): void {
  const { requests, errors, denials } = currentInstruments();
  const byTool = { "gen_ai.tool.name": tool };
  requests.add(1, byTool);
  if (outcome.ok) return;
  if (outcome.code === DENIED) denials.add(1, byTool);
  else errors.add(1, { ...byTool, "error.type": outcome.code ?? outcome.errorType });
}

/** The caller's span is the parent; the span of the HTTP request, which carries many calls, is linked. */
function origin({ traceparent, tracestate }: TraceCarrier): {
  readonly parent: Context;
  readonly links: Link[];
} {
  const active = context.active();
  if (traceparent === undefined) return { parent: active, links: [] };
  const parent = propagation.extract(active, { traceparent, ...(tracestate && { tracestate }) });
  const around = trace.getSpanContext(active);
  const continued = trace.getSpanContext(parent)?.spanId !== around?.spanId;
  return { parent, links: around && continued ? [{ context: around }] : [] };
}

/** A JSON-RPC error keeps its number; anything else that is thrown becomes a tool error of the SDK. */
function thrownType(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return Number.isInteger(code) ? String(code) : "tool_error";
}
