import type { ResourceKey } from "@k8s-ops/k8s-cluster";
import { type CallContext, defineTool, type Tool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import type { Action } from "../action.ts";
import type { RemediateDeps } from "./deps.ts";
import { type CommonArguments, handleAction } from "./handle.ts";
import { renderResult } from "./render.ts";
import type { ActionResult } from "./result.ts";
import { actionOutput, commonArguments } from "./schema.ts";
import { shrinkResult } from "./shrink.ts";

/** Writes, waiting for their effect, and room for a diagnosis. */
const DEADLINE_MS = 110_000;

/** What all remediate tools have in common. */
export const published = {
  output: z.looseObject(actionOutput),
  deadlineMs: DEADLINE_MS,
  render: (result: ActionResult): string => renderResult(result),
  shrink: (result: ActionResult): ActionResult | undefined => shrinkResult(result),
} as const;

export interface Hints {
  /** Ends Pods, or replaces what was there. */
  readonly destructive: boolean;
  /** Doing it twice is as doing it once. */
  readonly idempotent: boolean;
}

export function annotationsOf({ destructive, idempotent }: Hints) {
  return {
    readOnlyHint: false,
    destructiveHint: destructive,
    idempotentHint: idempotent,
    openWorldHint: true,
  };
}

interface ActionToolSpec<Shape extends z.ZodRawShape, K extends ResourceKey, Input> extends Hints {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: Shape;
  /** In the policy's words. */
  readonly resource: string;
  readonly action: Action<K, Input>;
  input(args: z.output<z.ZodObject<Shape>>): Input;
}

/** A tool that runs one action. */
export function actionTool<Shape extends z.ZodRawShape, K extends ResourceKey, Input>(
  spec: ActionToolSpec<Shape, K, Input>,
): Tool<RemediateDeps> {
  const { name, title, description, action } = spec;
  return defineTool({
    name,
    title,
    description,
    input: z.strictObject({ ...spec.arguments, ...commonArguments }),
    annotations: annotationsOf(spec),
    access: { verb: "write", resource: spec.resource },
    handler: (args, call: CallContext, deps: RemediateDeps) =>
      handleAction(
        name,
        action,
        spec.input(args as z.output<z.ZodObject<Shape>>),
        args as CommonArguments,
        call,
        deps,
      ),
    ...published,
  });
}
