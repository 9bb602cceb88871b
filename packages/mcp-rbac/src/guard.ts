import type {
  BoundTool,
  CallContext,
  Principal,
  Scope,
  ToolDefinition,
  ToolResult,
} from "@k8s-ops/mcp-contract";
import type { AccessRequest, Decision, Denial } from "./access.ts";
import { type ArgumentNames, DEFAULT_NAMESPACE_ARGUMENT, targetOf } from "./arguments.ts";
import { decide, mayCall } from "./decide.ts";
import { codeOf } from "./denials.ts";
import type { Policy } from "./policy/schema.ts";

/** A refused call, for the audit trail and for counting. `principal` is missing when nobody was recognised. */
export interface DeniedCall {
  readonly principal?: Principal;
  readonly tool: string;
  readonly namespaces?: readonly string[];
  readonly context?: string;
  readonly denial: Denial;
}

/** The functions must not throw, except `listNamespaces`. */
export interface GuardOptions extends ArgumentNames {
  /** The policy that holds at the time of the call. */
  readonly policy: () => Policy;
  readonly onDenied?: (call: DeniedCall) => void;
  /**
   * Whether a call of the tool that names no namespace keeps to `CallContext.scope`. Where it does not, a limited role
   * must name a namespace. Default: tools that read do, tools that write do not.
   */
  readonly honoursScope?: (definition: ToolDefinition) => boolean;
  /** The context of a call that names none, for roles that are limited to contexts. */
  readonly currentContext?: () => string | undefined;
  /** The namespaces that exist, for roles limited by globs. Without it, such a role must name a namespace. */
  readonly listNamespaces?: (context: CallContext) => Promise<readonly string[]>;
}

/**
 * Puts a policy in front of a tool. Each call is decided anew, whatever was listed before; a refusal is an error
 * `permission_denied`, or `invalid_name` when the namespace is none that a cluster could have. What is permitted for some namespaces only gets them as `CallContext.scope`.
 */
export function guard(tool: BoundTool, options: GuardOptions): BoundTool {
  const { definition } = tool;
  const needsNamespace = !(options.honoursScope ?? reads)(definition);
  return {
    definition,
    visibleTo(principal) {
      if (tool.visibleTo?.(principal) === false) return false;
      const clusterWide = needsNamespace && !takesNamespace(definition, options);
      return mayCall(options.policy(), { principal, tool: definition.name, needsNamespace: clusterWide });
    },
    async call(args, context) {
      const request = requestOf(definition.name, args, context, needsNamespace, options);
      const decision = await decideWithNamespaces(request, context, options);
      if (!decision.allowed) {
        options.onDenied?.({ ...placeOf(request), denial: decision });
        return refusal(decision);
      }
      const scope = narrower(context.scope, decision.scope);
      return tool.call(args, scope ? { ...context, scope } : context);
    },
  };
}

function requestOf(
  tool: string,
  args: unknown,
  { principal }: CallContext,
  needsNamespace: boolean,
  options: GuardOptions,
): AccessRequest {
  const { namespaces, context = options.currentContext?.() } = targetOf(args, options);
  return {
    principal,
    tool,
    needsNamespace,
    ...(namespaces && { namespaces }),
    ...(context !== undefined && { context }),
  };
}

async function decideWithNamespaces(
  request: AccessRequest,
  context: CallContext,
  { policy, listNamespaces }: GuardOptions,
): Promise<Decision> {
  const first = decide(policy(), request);
  if (first.allowed || first.reason !== "namespaces_unknown" || !listNamespaces) return first;
  try {
    return decide(policy(), { ...request, existingNamespaces: await listNamespaces(context) });
  } catch {
    return first;
  }
}

function placeOf({ principal, tool, namespaces, context }: AccessRequest): Omit<DeniedCall, "denial"> {
  return {
    principal,
    tool,
    ...(namespaces && { namespaces }),
    ...(context !== undefined && { context }),
  };
}

function refusal(denial: Denial): ToolResult {
  return { ok: false, error: { code: codeOf(denial), message: denial.message, retryable: false } };
}

function reads({ access }: ToolDefinition): boolean {
  return access.verb === "read";
}

function takesNamespace({ inputSchema }: ToolDefinition, { namespaceArgument }: ArgumentNames): boolean {
  const { properties } = inputSchema;
  const name = namespaceArgument ?? DEFAULT_NAMESPACE_ARGUMENT;
  return typeof properties === "object" && properties !== null && Object.hasOwn(properties, name);
}

/** What both limits leave. */
function narrower(outer: Scope | undefined, inner: Scope | undefined): Scope | undefined {
  if (!outer || !inner) return outer ?? inner;
  const permitted = new Set(outer.namespaces);
  return { namespaces: inner.namespaces.filter((namespace) => permitted.has(namespace)) };
}
