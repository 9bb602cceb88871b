import process from "node:process";
import type { BoundTool } from "@k8s-ops/mcp-contract";
import { policyWarnings, watchPolicy } from "@k8s-ops/mcp-rbac";
import { createClusters, createOpsTools } from "@k8s-ops/ops-server";
import { clusterOptions } from "./cluster-options.ts";
import { log } from "./log.ts";
import type { Options } from "./options.ts";
import { openState } from "./state.ts";

/** All that answers calls. */
export interface Backend {
  readonly tools: readonly BoundTool[];
  close(): Promise<void>;
}

/** @throws PolicyError when the policy file cannot be used */
export async function openBackend(options: Options): Promise<Backend> {
  const { policy: file, maxBytes, deadlineMs } = options;
  const policy = await watchPolicy(
    { directory: process.cwd(), ...(file !== undefined && { file }) },
    {
      onReload: ({ source }) => log("info", "policy reloaded", { source }),
      onError: ({ code, message }) =>
        log("error", "policy not reloaded, the last good one holds", { code, reason: message }),
    },
  );
  for (const warning of policyWarnings(policy.current())) log("warn", warning);
  const clusters = createClusters(clusterOptions(options));
  const state = openState(options);
  const tools = createOpsTools({
    clusters,
    remediation: state,
    policy: policy.current,
    transport: "pipe",
    ...(maxBytes !== undefined && { maxBytes }),
    ...(deadlineMs !== undefined && { deadlineMs }),
    onInternalError: (tool, error) =>
      log("error", "a call failed unexpectedly", { tool, reason: reasonOf(error) }),
  });
  return {
    tools,
    async close() {
      policy.close();
      await Promise.all([clusters.close(), state.close()]);
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
