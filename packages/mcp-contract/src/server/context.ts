import type { ServerContext } from "@modelcontextprotocol/server";
import type { CallContext, Principal } from "../tool.ts";
import { traceContext } from "../wire.ts";

/** What a bound tool gets to know of a request of `@modelcontextprotocol/server`. */
export function callContext(principal: Principal, { mcpReq }: ServerContext): CallContext {
  const token = mcpReq._meta?.progressToken;
  return {
    principal,
    signal: mcpReq.signal,
    ...traceContext(mcpReq._meta),
    ...(token !== undefined && {
      progress: (progress: number, total: number | undefined, message: string) => {
        const params = { progressToken: token, progress, message, ...(total !== undefined && { total }) };
        mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
      },
    }),
  };
}
