import process from "node:process";
import { createToolServer } from "@k8s-ops/mcp-contract/server";
import { policyWarnings, watchPolicy } from "@k8s-ops/mcp-rbac";
import { createClusters, createOpsTools, INSTRUCTIONS, SERVER_NAME } from "@k8s-ops/ops-server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { stdioCaller } from "../caller.ts";
import { clusterOptions } from "../cluster-options.ts";
import { log } from "../log.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage.ts";

/** Serves MCP on standard input and output until the input ends or a signal comes. */
export async function serve(options: Options, version: string): Promise<void> {
  if (options.out !== undefined) throw new UsageError("--out belongs to the command snapshot.");
  const policy = await watchPolicy(
    { directory: process.cwd(), ...(options.policy !== undefined && { file: options.policy }) },
    {
      onReload: ({ source }) => log("info", "policy reloaded", { source }),
      onError: ({ code, message }) =>
        log("error", "policy not reloaded, the last good one holds", { code, reason: message }),
    },
  );
  const principal = stdioCaller(options.user, policy.current());
  for (const warning of policyWarnings(policy.current())) log("warn", warning);
  const clusters = createClusters(clusterOptions(options));
  const tools = createOpsTools({
    clusters,
    policy: policy.current,
    transport: "pipe",
    ...(options.maxBytes !== undefined && { maxBytes: options.maxBytes }),
    ...(options.deadlineMs !== undefined && { deadlineMs: options.deadlineMs }),
    onInternalError: (tool, error) =>
      log("error", "a call failed unexpectedly", { tool, reason: reasonOf(error) }),
  });
  const connection = serveStdio(
    () => createToolServer({ name: SERVER_NAME, version, instructions: INSTRUCTIONS, tools, principal }),
    { onerror: (error) => log("warn", "protocol error", { reason: error.message }) },
  );
  const stop = async (): Promise<void> => {
    policy.close();
    await Promise.allSettled([connection.close(), clusters.close()]);
    process.exit();
  };
  process.stdin.once("end", stop);
  process.stdin.once("close", stop);
  process.stdout.once("error", stop);
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
