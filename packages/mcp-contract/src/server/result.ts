import {
  type CallToolResult,
  type ElicitRequestFormParams,
  type InputRequiredResult,
  inputRequired,
} from "@modelcontextprotocol/server";
import type { ToolResult } from "../tool.ts";
import { toWire } from "../wire.ts";

/**
 * A result as `@modelcontextprotocol/server` takes it. A question is sent as it is on 2026-07-28; on the revisions
 * before, the SDK asks the client itself and then calls the tool again.
 */
export function toServerResult(result: ToolResult): CallToolResult | InputRequiredResult {
  if (result.ok || !result.question) return toWire(result);
  const { key, message, schema, state } = result.question;
  const requestedSchema = schema as ElicitRequestFormParams["requestedSchema"];
  return inputRequired({
    inputRequests: { [key]: inputRequired.elicit({ message, requestedSchema }) },
    requestState: state,
  });
}
