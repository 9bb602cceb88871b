import { type CallContext, defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { RemediationError } from "../../errors.ts";
import type { ActionRecord } from "../../run/deps.ts";
import { recordingRefusals } from "../../run/refusals.ts";
import { undoAction, undoableAction } from "../../undo.ts";
import { annotationsOf, published } from "../action-tool.ts";
import type { RemediateDeps } from "../deps.ts";
import { openRun, resultOf } from "../handle.ts";
import { commonArguments } from "../schema.ts";

const NAME = "remediate_undo";

export const remediateUndo = defineTool({
  name: NAME,
  title: "Take an action back",
  description: "Takes a remediate_* action back, unless its object has been changed since.",
  input: z.strictObject({ action_id: z.string().max(64), ...commonArguments }),
  annotations: annotationsOf({ destructive: true, idempotent: true }),
  access: { verb: "write", resource: "actions" },
  async handler(args, call: CallContext, deps: RemediateDeps) {
    const { action_id, context, confirm = false } = args;
    const cluster = await deps.actionCluster(context, call);
    const audit = { append: async (record: ActionRecord) => (await deps.audit()).append(record) };
    const request = { tool: NAME, caller: call.principal.name, confirm };
    const object = { kind: "Action", namespace: "", name: action_id };
    const entry = await recordingRefusals(request, object, { cluster, audit }, async () => {
      const found = await undoableAction(action_id, { cluster });
      assertPermitted(found.tool, found.object.namespace, context, call, deps);
      return found;
    });
    const run = await openRun(NAME, entry.object.namespace, args, call, deps, entry.tool);
    return resultOf(run, await undoAction(entry, run.request, run.deps));
  },
  ...published,
});

/** Who may not do it there may not take it back there. */
function assertPermitted(
  tool: string,
  namespace: string,
  context: string | undefined,
  call: CallContext,
  deps: RemediateDeps,
): void {
  const inContext = context === undefined ? {} : { context };
  const place = { ...(namespace !== "" && { namespace }), ...inContext };
  const isInScope = !call.scope || (namespace !== "" && call.scope.namespaces.includes(namespace));
  if (isInScope && deps.permits(call, { tool, ...place }) && deps.permits(call, { tool: NAME, ...place }))
    return;
  throw new RemediationError(
    "permission_denied",
    `The policy does not let this caller take that action back: it must permit ${NAME} and ${tool} where it was done.`,
  );
}
