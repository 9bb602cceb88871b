import type { ToolCallback } from "@modelcontextprotocol/sdk/server/mcp.js";
import { type ElicitRequestFormParams, ElicitResultSchema } from "@modelcontextprotocol/sdk/types.js";
import type { z } from "zod";
import { ANSWER_MS, answerFrom, MAX_QUESTIONS } from "../question.ts";
import type { Answer, BoundTool, CallContext, Elicitation, Question, ToolResult } from "../tool.ts";

/** What the SDK hands to a tool with a request. */
export type Extra = Parameters<ToolCallback<z.ZodObject>>[1];

const CANCELLED: Answer = { action: "cancel", content: {} };

/**
 * Calls a tool, and again with what the person said for as long as it asks, three times at most; what it asks after that
 * is a plain error.
 */
export async function callWithAnswers(
  tool: BoundTool,
  args: unknown,
  context: CallContext,
  ask: (question: Question) => Promise<Answer>,
): Promise<ToolResult> {
  const enter = (elicitation: Elicitation) => tool.call(args, { ...context, elicitation });
  let result = await enter({ answers: new Map() });
  for (let asked = 0; asked < MAX_QUESTIONS && !result.ok && result.question; asked += 1) {
    const { key, state } = result.question;
    const answer = await ask(result.question);
    if (context.signal.aborted) return result;
    result = await enter({ answers: new Map([[key, answer]]), state });
  }
  return result;
}

/**
 * Has the client ask, as part of the request that is being handled. Silence for ten minutes, an error and an answer that
 * is none count as cancelled. The content is not held against the schema: that is the handler's, under every SDK.
 */
export async function ask({ message, schema }: Question, { sendRequest, signal }: Extra): Promise<Answer> {
  const requestedSchema = schema as ElicitRequestFormParams["requestedSchema"];
  const request = {
    method: "elicitation/create" as const,
    params: { mode: "form" as const, message, requestedSchema },
  };
  try {
    const result = await sendRequest(request, ElicitResultSchema, { timeout: ANSWER_MS, signal });
    return answerFrom(result) ?? CANCELLED;
  } catch {
    return CANCELLED;
  }
}
