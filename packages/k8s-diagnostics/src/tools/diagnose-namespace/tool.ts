import { defineTool, ToolError } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseNamespace as diagnose } from "../../targets/diagnose.ts";
import { diagnoseNamespaces } from "../../targets/diagnose-many.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { page } from "../page.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import {
  contextArgument,
  cursorArgument,
  diagnosisOutput,
  listOutput,
  namesArgument,
  selectorArgument,
  targetsOutput,
} from "../schema.ts";

export const diagnoseNamespace = defineTool({
  name: "diagnose_namespace",
  title: "Diagnose namespaces",
  description:
    "What is broken in this namespace, and why? All causes, worst first, each with evidence, the symptoms that follow from it, and the repair. Several at once by a list of names or by a label selector of namespaces. Start here when you do not know which object is at fault.",
  input: z.strictObject({
    namespace: namesArgument.optional(),
    ...selectorArgument,
    ...cursorArgument,
    ...contextArgument,
  }),
  output: z.looseObject({ ...diagnosisOutput, ...targetsOutput, ...listOutput }),
  async handler({ namespace, selector, cursor, context }, call, deps: DiagnoseDeps) {
    if (namespace === undefined && selector === undefined) {
      throw new ToolError("invalid_arguments", "Give a namespace, a list of them, or a selector.");
    }
    const options = optionsOf(deps, context, call);
    const target = {
      ...(namespace !== undefined && { names: [namespace].flat() }),
      ...(selector !== undefined && { selector }),
    };
    const diagnosis = await onCluster(deps, context, call, (reader) =>
      typeof namespace === "string" && selector === undefined
        ? diagnose(reader, namespace, options)
        : diagnoseNamespaces(reader, target, options),
    );
    return page(diagnosis, cursor);
  },
  ...published,
});
