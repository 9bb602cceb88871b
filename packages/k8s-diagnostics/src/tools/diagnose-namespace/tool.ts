import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseNamespace as diagnose } from "../../targets/diagnose.ts";
import type { DiagnoseDeps } from "../clusters.ts";
import { page } from "../page.ts";
import { published } from "../published.ts";
import {
  contextArgument,
  cursorArgument,
  diagnosisOutput,
  listOutput,
  namespaceArgument,
} from "../schema.ts";

export const diagnoseNamespace = defineTool({
  name: "diagnose_namespace",
  title: "Diagnose a namespace",
  description:
    "What is broken in this namespace, and why? All causes, worst first, each with evidence, the symptoms that follow from it, and the repair. Start here when you do not know which object is at fault.",
  input: z.strictObject({ ...namespaceArgument, ...cursorArgument, ...contextArgument }),
  output: z.looseObject({ ...diagnosisOutput, ...listOutput }),
  async handler({ namespace, cursor, context }, call, deps: DiagnoseDeps) {
    const reader = await deps.cluster(context, call);
    return page(await diagnose(reader, namespace, { signal: call.signal }), cursor);
  },
  ...published,
});
