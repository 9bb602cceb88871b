import { bind, type CallContext, type ToolResult } from "@k8s-ops/mcp-contract";
import type { RemediateDeps } from "../tools/deps.ts";
import { REMEDIATE_TOOLS } from "../tools/index.ts";
import type { ActionResult } from "../tools/result.ts";
import type { Rig } from "./rig.ts";

/** Calls a remediate tool in the shop as bob. */
export function callTool(
  world: Rig,
  name: string,
  args: Readonly<Record<string, unknown>>,
  context: Partial<CallContext> = {},
  { maxBytes, ...deps }: Partial<RemediateDeps> & { readonly maxBytes?: number } = {},
): Promise<ToolResult> {
  const tool = REMEDIATE_TOOLS.find((each) => each.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  const bound = bind<RemediateDeps>(tool, {
    deps: {
      actionCluster: async () => world.deps.cluster,
      rules: () => world.deps.rules,
      permits: () => true,
      audit: async () => world.deps.audit,
      signingKey: async () => world.deps.key,
      verifyMs: 20,
      ...deps,
    },
    ...(maxBytes !== undefined && { maxBytes }),
  });
  const signal = new AbortController().signal;
  return bound.call(args, { principal: { name: "bob" }, signal, ...context });
}

/** What a call that is no error answers. */
export function answerOf(result: ToolResult): { readonly structured: ActionResult; readonly text: string } {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return { structured: result.structured as unknown as ActionResult, text: result.text };
}
