import process from "node:process";
import { explainDecision, explainPolicy, loadPolicy } from "@k8s-ops/mcp-rbac";
import { keepsToScope, TOOL_NAMES } from "@k8s-ops/ops-server";
import type { Options } from "../options.ts";
import { UsageError } from "../usage.ts";

/** `policy check FILE` and `policy explain --user U --tool T [--namespace N]`. */
export async function policy([command, file]: readonly string[], options: Options): Promise<void> {
  const directory = process.cwd();
  if (command === "check") {
    if (file === undefined) throw new UsageError("policy check needs a file.");
    process.stdout.write(`${explainPolicy(await loadPolicy({ directory, file }), TOOL_NAMES)}\n`);
    return;
  }
  if (command !== "explain") throw new UsageError("policy has the commands check and explain.");
  const { user, tool, namespace, context } = options;
  if (user === undefined || tool === undefined)
    throw new UsageError("policy explain needs --user and --tool.");
  const loaded = await loadPolicy({
    directory,
    ...(options.policy !== undefined && { file: options.policy }),
  });
  const request = {
    principal: { name: user },
    tool,
    needsNamespace: !keepsToScope(tool),
    ...(namespace !== undefined && { namespaces: [namespace] }),
    ...(context !== undefined && { context }),
  };
  process.stdout.write(`${explainDecision(loaded, request)}\n`);
}
