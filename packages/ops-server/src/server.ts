import { collect, redactText } from "@k8s-ops/k8s-cluster";
import { DIAGNOSE_TOOLS } from "@k8s-ops/k8s-diagnostics/tools";
import { type BoundTool, bind, type CallContext } from "@k8s-ops/mcp-contract";
import { guard, type Policy } from "@k8s-ops/mcp-rbac";
import { instrument } from "@k8s-ops/mcp-telemetry";
import type { Clusters } from "./clusters.ts";

export interface OpsToolsOptions {
  readonly clusters: Clusters;
  /** Asked at every call, so that a reloaded policy holds at once. */
  readonly policy: () => Policy;
  readonly transport: "pipe" | "tcp";
  /** Upper bound of a result. Default 16,384. */
  readonly maxBytes?: number;
  /** Deadline of a call. Default 30,000. */
  readonly deadlineMs?: number;
  readonly onInternalError?: (tool: string, error: unknown) => void;
}

/** The names of all tools, as policies match them. */
export const TOOL_NAMES: readonly string[] = DIAGNOSE_TOOLS.map(({ name }) => name);

/** The tools of the servers, each behind the policy and seen by telemetry, in the order in which they are listed. */
export function createOpsTools(options: OpsToolsOptions): readonly BoundTool[] {
  const { clusters, policy, transport, maxBytes, deadlineMs, onInternalError } = options;
  return DIAGNOSE_TOOLS.map((tool) =>
    bind(tool, {
      deps: clusters,
      redact: redactText,
      ...(maxBytes !== undefined && { maxBytes }),
      ...(deadlineMs !== undefined && { deadlineMs }),
      ...(onInternalError && { onInternalError }),
    }),
  )
    .map((tool) =>
      guard(tool, {
        policy,
        currentContext: () => clusters.defaultContext,
        listNamespaces: (call) => namespacesOf(clusters, call),
      }),
    )
    .map((tool) => instrument(tool, { transport }));
}

async function namespacesOf(clusters: Clusters, call: CallContext): Promise<readonly string[]> {
  const reader = await clusters.cluster(undefined, call);
  const { objects } = await collect(reader, [{ resource: "namespaces" }], { signal: call.signal });
  return objects.namespaces.all.map(({ metadata }) => metadata.name);
}
