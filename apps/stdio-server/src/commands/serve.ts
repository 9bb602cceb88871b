import { existsSync } from "node:fs";
import process from "node:process";
import type { Principal } from "@k8s-ops/mcp-contract";
import { createToolServer } from "@k8s-ops/mcp-contract/server";
import { DEFAULT_POLICY_FILE } from "@k8s-ops/mcp-rbac/defaults";
import { INSTRUCTIONS, SERVER_NAME } from "@k8s-ops/ops-server/identity";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Backend } from "../backend.ts";
import { log } from "../log.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage.ts";

/** Serves MCP on standard input and output until the input ends or a signal comes. */
export async function serve(options: Options, version: string): Promise<void> {
  if (options.out !== undefined) throw new UsageError("--out belongs to the command snapshot.");
  let opened: Promise<Backend> | undefined;
  const backend = (): Promise<Backend> => {
    opened ??= import("../backend.ts").then(({ openBackend }) => openBackend(options));
    return opened;
  };
  const principal = callerOf(options);
  // A broken policy file keeps the server from starting; without one, the handshake is answered before the rest loads.
  if (hasPolicyFile(options)) await backend();
  const connection = serveStdio(
    () =>
      createToolServer({
        name: SERVER_NAME,
        version,
        instructions: INSTRUCTIONS,
        principal,
        tools: async () => (await backend()).tools,
      }),
    { onerror: (error) => log("warn", "protocol error", { reason: error.message }) },
  );
  const stop = async (): Promise<void> => {
    await Promise.allSettled([connection.close(), opened?.then(({ close }) => close())]);
    process.exit();
  };
  process.stdin.once("end", stop);
  process.stdin.once("close", stop);
  process.stdout.once("error", stop);
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

/** The user named, or `admin` while only the built-in policy holds. */
function callerOf(options: Options): Principal {
  if (options.user !== undefined) return { name: options.user };
  if (!hasPolicyFile(options)) return { name: "admin" };
  throw new UsageError(
    `${options.policy ?? DEFAULT_POLICY_FILE} decides who may do what: say who calls with --user NAME.`,
  );
}

function hasPolicyFile({ policy }: Options): boolean {
  return policy !== undefined || existsSync(DEFAULT_POLICY_FILE);
}
