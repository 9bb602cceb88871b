import type { BoundTool, ToolResult } from "@k8s-ops/mcp-contract";
import { type Outcome, observeCall, type TelemetryOptions } from "./operation.ts";

const CODE = /^[a-z][a-z0-9_]{0,63}$/;

/**
 * Puts a span and metrics around a tool, by the MCP semantic conventions of OpenTelemetry: span `tools/call NAME` of
 * kind SERVER whose parent is the caller's trace context, `mcp.server.operation.duration` in seconds, and counters by
 * tool. A result that is an error has `error.type` `tool_error` and its code in `tool.error.code`. A question to a person
 * is no error: the call goes on with the answer.
 */
export function instrument(tool: BoundTool, options: TelemetryOptions = {}): BoundTool {
  const { definition } = tool;
  return {
    definition,
    visibleTo: (principal) => tool.visibleTo?.(principal) !== false,
    call: (args, context) =>
      observeCall(definition.name, options, context, () => tool.call(args, context), outcomeOf),
  };
}

function outcomeOf(result: ToolResult): Outcome {
  if (result.ok || result.question) return { ok: true };
  const { code } = result.error;
  return { ok: false, errorType: "tool_error", ...(CODE.test(code) && { code }) };
}
