import type { Principal, Scope } from "@k8s-ops/mcp-contract";
import type { Denial } from "./access.ts";
import { type ArgumentNames, targetOf } from "./arguments.ts";
import { decide } from "./decide.ts";
import { codeOf } from "./denials.ts";
import type { DeniedCall } from "./guard.ts";
import { isToolName } from "./names.ts";
import type { Policy } from "./policy/schema.ts";

/** A tool's handler as MCP SDKs call it. `scope`: keep to these namespaces; absent: no limit. */
export type ToolHandler<Args, Extra, Result> = (
  args: Args,
  extra: Extra,
  scope?: Scope,
) => Result | Promise<Result>;

/** A refusal in the form that both SDKs send: text holds `code`, `message` and `retryable` as JSON. */
export type DeniedResult = {
  content: { type: "text"; text: string }[];
  isError: true;
};

/** The functions must not throw. */
export interface GuardHandlerOptions<Extra> extends ArgumentNames {
  /** The policy that holds at the time of the call. */
  readonly policy: () => Policy;
  /** Who calls, from what the SDK hands to a handler. Undefined: nobody known, so denied. */
  readonly principalOf: (extra: Extra) => Principal | undefined;
  readonly onDenied?: (call: DeniedCall) => void;
  /**
   * The handler keeps to the scope that comes as its third argument. Without this, a caller with a limited role must
   * name a namespace.
   */
  readonly honoursScope?: boolean;
  /** The context of a call that names none, for roles that are limited to contexts. */
  readonly currentContext?: () => string | undefined;
}

/**
 * Puts a policy in front of a plain tool handler of any server, without the contract of `@k8s-ops/mcp-contract`.
 *
 * @throws TypeError when no policy could ever name the tool: a name is 1 to 64 of a-z, 0-9 and _, a letter first
 */
export function guardHandler<Args, Extra, Result>(
  tool: string,
  handler: ToolHandler<Args, Extra, Result>,
  options: GuardHandlerOptions<Extra>,
): (args: Args, extra: Extra) => Promise<Result | DeniedResult> {
  if (!isToolName(tool)) {
    throw new TypeError(
      `"${tool}" cannot be guarded: a tool name is 1 to 64 of a-z, 0-9 and _, a letter first.`,
    );
  }
  return async (args, extra) => {
    const principal = options.principalOf(extra);
    const { namespaces, context = options.currentContext?.() } = targetOf(args, options);
    const place = { tool, ...(namespaces && { namespaces }), ...(context !== undefined && { context }) };
    const decision = principal
      ? decide(options.policy(), { ...place, principal, needsNamespace: options.honoursScope !== true })
      : nobody(tool);
    if (decision.allowed) return handler(args, extra, decision.scope);
    options.onDenied?.({ ...place, ...(principal && { principal }), denial: decision });
    return refusal(decision);
  };
}

function nobody(tool: string): Denial {
  return {
    allowed: false,
    reason: "unknown_user",
    message: `The caller is not known, so ${tool} may not be called. Authenticate and call again.`,
    rule: "users",
  };
}

function refusal(denial: Denial): DeniedResult {
  const text = JSON.stringify({ code: codeOf(denial), message: denial.message, retryable: false });
  return { content: [{ type: "text", text }], isError: true };
}
