import type { ClusterReader } from "@k8s-ops/k8s-cluster";
import { DIAGNOSE_TOOLS, type DiagnoseDeps } from "@k8s-ops/k8s-diagnostics/tools";
import { bind, type Tool } from "@k8s-ops/mcp-contract";

const WHOLE = 262_144;

/** Calls a diagnose tool on a cluster without any server; nothing is cut. @throws Error when the call fails */
export async function callTool(
  reader: ClusterReader,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  return (await answerOf(reader, name, args, WHOLE)).structured;
}

/** The same as a client gets it, with its text. @throws Error when the call fails */
export async function answerOf(
  reader: ClusterReader,
  name: string,
  args: Readonly<Record<string, unknown>>,
  maxBytes?: number,
): Promise<{ readonly structured: Readonly<Record<string, unknown>>; readonly text: string }> {
  const tool: Tool<DiagnoseDeps> | undefined = DIAGNOSE_TOOLS.find((each) => each.name === name);
  if (!tool) throw new Error(`there is no tool ${name}`);
  const bound = bind(tool, {
    deps: { cluster: async () => reader },
    ...(maxBytes !== undefined && { maxBytes }),
  });
  const context = { principal: { name: "test" }, signal: new AbortController().signal };
  const result = await bound.call(args, context);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result;
}
