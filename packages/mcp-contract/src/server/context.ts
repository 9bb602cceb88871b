import { CLIENT_CAPABILITIES_META_KEY, type Server, type ServerContext } from "@modelcontextprotocol/server";
import { answerFrom, canShowForms } from "../question.ts";
import type { CallContext, Elicitation, Principal } from "../tool.ts";
import { traceContext } from "../wire.ts";

/** What a bound tool gets to know of a request of `@modelcontextprotocol/server`. */
export function callContext(principal: Principal, { mcpReq }: ServerContext, server: Server): CallContext {
  const token = mcpReq._meta?.progressToken;
  return {
    principal,
    signal: mcpReq.signal,
    ...traceContext(mcpReq._meta),
    ...(canShowForms(capabilitiesOf(mcpReq, server)) && { elicitation: elicitationOf(mcpReq) }),
    ...(token !== undefined && {
      progress: (progress: number, total: number | undefined, message: string) => {
        const params = { progressToken: token, progress, message, ...(total !== undefined && { total }) };
        mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
      },
    }),
  };
}

/** 2026-07-28 says them with each request, the revisions before in the handshake. */
function capabilitiesOf({ envelope }: ServerContext["mcpReq"], server: Server): unknown {
  const said: Readonly<Record<string, unknown>> = envelope ?? {};
  return said[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
}

function elicitationOf({ inputResponses = {}, requestState }: ServerContext["mcpReq"]): Elicitation {
  const answers = Object.entries(inputResponses).flatMap(([key, response]) => {
    const answer = answerFrom(response);
    return answer ? [[key, answer] as const] : [];
  });
  const state = requestState();
  return { answers: new Map(answers), ...(typeof state === "string" && { state }) };
}
