import { collect, redactText } from "@k8s-ops/k8s-cluster";
import { DIAGNOSE_TOOLS, type DiagnoseDeps } from "@k8s-ops/k8s-diagnostics/tools";
import { REMEDIATE_TOOLS, type RemediateDeps } from "@k8s-ops/k8s-remediation/tools";
import { type BindOptions, type BoundTool, bind, type CallContext } from "@k8s-ops/mcp-contract";
import { type DeniedCall, guard, type Policy } from "@k8s-ops/mcp-rbac";
import { instrument } from "@k8s-ops/mcp-telemetry";
import type { Clusters } from "./clusters.ts";
import { type RemediationOptions, remediateDeps } from "./remediation.ts";

export interface OpsToolsOptions extends Omit<BindOptions<unknown>, "deps" | "redact"> {
  readonly clusters: Clusters;
  /** Asked at every call, so that a reloaded policy holds at once. */
  readonly policy: () => Policy;
  readonly transport: "pipe" | "tcp";
  /** Absent: only tools that read. */
  readonly remediation?: RemediationOptions;
}

/** The names of all tools, as policies match them. */
export const TOOL_NAMES: readonly string[] = [...DIAGNOSE_TOOLS, ...REMEDIATE_TOOLS].map(({ name }) => name);

const WRITING: ReadonlySet<string> = new Set(REMEDIATE_TOOLS.map(({ name }) => name));

/**
 * Whether a call of the tool that names no namespace keeps to those that the caller may see. What is taken back names
 * none; the tool itself looks where that was done.
 */
export function keepsToScope(tool: string): boolean {
  return !WRITING.has(tool) || tool === "remediate_undo";
}

/** The tools of the servers, each behind the policy and seen by telemetry, in the order in which they are listed. */
export function createOpsTools(options: OpsToolsOptions): readonly BoundTool[] {
  const { clusters, policy, transport, remediation, ...limits } = options;
  const bound = { ...limits, redact: redactText };
  const writing = remediation && remediateDeps(clusters, policy, remediation);
  const reading = diagnoseDeps(clusters, writing);
  return [
    ...DIAGNOSE_TOOLS.map((tool) => bind(tool, { ...bound, deps: reading })),
    ...(writing ? REMEDIATE_TOOLS.map((tool) => bind(tool, { ...bound, deps: writing })) : []),
  ]
    .map((tool) =>
      guard(tool, {
        policy,
        currentContext: () => clusters.defaultContext,
        listNamespaces: (call) => namespacesOf(clusters, call),
        honoursScope: ({ name }) => keepsToScope(name),
        ...(remediation && { onDenied: (call) => recordDenial(call, remediation) }),
      }),
    )
    .map((tool) => instrument(tool, { transport }));
}

/** Remedies name calls that the caller may make where they would act, and none on a recording. */
function diagnoseDeps(clusters: Clusters, writing: RemediateDeps | undefined): DiagnoseDeps {
  const cluster: DiagnoseDeps["cluster"] = async (context, call) =>
    (await clusters.open(context, call)).reader;
  if (!writing || !clusters.isLive) return { cluster };
  const { rules, permits } = writing;
  return {
    cluster,
    offers(call, { tool, arguments: given }, context) {
      const inContext = context === undefined ? {} : { context };
      const namespace = "namespace" in given ? given.namespace : undefined;
      const place = { tool, ...(namespace !== undefined && { namespace }), ...inContext };
      if (!permits(call, place)) return undefined;
      const { approval, isProtected } = rules(call, place);
      if (approval === "never" || (namespace !== undefined && isProtected(namespace))) return undefined;
      return { tool, arguments: { ...given, ...inContext } };
    },
  };
}

/** A refusal stands whether or not its record can be stored. */
function recordDenial(
  { principal, tool, namespaces, context, denial }: DeniedCall,
  { audit }: RemediationOptions,
) {
  const record = {
    event: "denied",
    caller: principal?.name ?? "",
    tool,
    reason: denial.reason,
    ...(namespaces && { namespaces }),
    ...(context !== undefined && { context }),
  } as const;
  audit()
    .then((log) => log.append(record))
    .catch(() => undefined);
}

async function namespacesOf(clusters: Clusters, call: CallContext): Promise<readonly string[]> {
  const { reader } = await clusters.open(undefined, call);
  const { objects } = await collect(reader, [{ resource: "namespaces" }], { signal: call.signal });
  return objects.namespaces.all.map(({ metadata }) => metadata.name);
}
