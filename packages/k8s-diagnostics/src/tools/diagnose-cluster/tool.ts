import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseCluster as diagnose } from "../../targets/diagnose.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { page } from "../page.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import { contextArgument, cursorArgument, diagnosisOutput, listOutput } from "../schema.ts";

export const diagnoseCluster = defineTool({
  name: "diagnose_cluster",
  title: "Diagnose the cluster",
  description:
    "What is broken in the whole cluster, and why? All causes in all namespaces that the caller may see, nodes included, worst first, each with evidence, what follows from it, and the repair.",
  input: z.strictObject({ ...cursorArgument, ...contextArgument }),
  output: z.looseObject({ ...diagnosisOutput, ...listOutput }),
  async handler({ cursor, context }, call, deps: DiagnoseDeps) {
    const scope = call.scope && { namespaces: call.scope.namespaces };
    const diagnosis = await onCluster(deps, context, call, (reader) =>
      diagnose(reader, { ...scope, ...optionsOf(deps, context, call) }),
    );
    return page(diagnosis, cursor);
  },
  ...published,
});
