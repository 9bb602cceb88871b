import { camelCase } from "../generate/indexes.ts";

/** A diagnose tool about the cluster, to be changed; it has to be entered in tools/index.ts. */
export function newTool(id: string): Readonly<Record<string, string>> {
  const name = camelCase(id);
  return {
    [`packages/k8s-diagnostics/src/tools/${id}/tool.ts`]: `import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseCluster } from "../../targets/diagnose.ts";
import type { DiagnoseDeps } from "../clusters.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import { contextArgument, diagnosisOutput } from "../schema.ts";

export const ${name} = defineTool({
  name: "${id.replaceAll("-", "_")}",
  title: "What it does, in a few words",
  description: "Which question it answers, and when to choose it rather than its neighbours.",
  input: z.strictObject({ ...contextArgument }),
  output: z.looseObject(diagnosisOutput),
  async handler({ context }, call, deps: DiagnoseDeps) {
    return onCluster(deps, context, call, (reader) => diagnoseCluster(reader, { signal: call.signal }));
  },
  ...published,
});
`,
  };
}
