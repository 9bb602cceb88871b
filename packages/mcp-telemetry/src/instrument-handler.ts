import { DENIED, type Outcome, observeCall, type TelemetryOptions, type TraceCarrier } from "./operation.ts";

/** A tool's handler as MCP SDKs call it. */
export type ToolHandler<Args, Extra, Result> = (args: Args, extra: Extra) => Result | Promise<Result>;

const TOOL_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/**
 * {@link instrument} for a plain tool handler of any server. The caller's trace context is taken from `_meta` of what
 * either SDK hands to a handler.
 *
 * @throws TypeError when the name is not one that MCP allows: 1 to 128 of A-Z, a-z, 0-9, `_`, `-` and `.`
 */
export function instrumentHandler<Args, Extra, Result>(
  tool: string,
  handler: ToolHandler<Args, Extra, Result>,
  options: TelemetryOptions = {},
): (args: Args, extra: Extra) => Promise<Result> {
  if (!TOOL_NAME.test(tool)) {
    throw new TypeError("The tool cannot be instrumented: a name is 1 to 128 of A-Z, a-z, 0-9, _, - and .");
  }
  return (args, extra) =>
    observeCall(tool, options, carrierOf(extra), async () => handler(args, extra), outcomeOf);
}

function outcomeOf(result: unknown): Outcome {
  if (property(result, "isError") !== true) return { ok: true };
  return { ok: false, errorType: "tool_error", ...(isDenial(result) && { code: DENIED }) };
}

/** Refusals are told apart by their code; other text of an error may come from anywhere and is not looked at. */
function isDenial(result: unknown): boolean {
  const [first] = [property(result, "content")].flat();
  const text = property(first, "text");
  if (typeof text !== "string" || !text.startsWith("{") || text.length > 16_384) return false;
  try {
    return property(JSON.parse(text), "code") === DENIED;
  } catch {
    return false;
  }
}

/** `extra._meta` of the 1.x SDK, `context.mcpReq._meta` of the 2.x SDK. */
function carrierOf(extra: unknown): TraceCarrier {
  const meta = property(extra, "_meta") ?? property(property(extra, "mcpReq"), "_meta");
  const traceparent = property(meta, "traceparent");
  const tracestate = property(meta, "tracestate");
  return {
    ...(typeof traceparent === "string" && { traceparent }),
    ...(typeof tracestate === "string" && { tracestate }),
  };
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
