import { defineTool, ToolError } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { diagnoseWorkloads } from "../../targets/diagnose-many.ts";
import { WORKLOADS } from "../../targets/table.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import {
  contextArgument,
  diagnosisOutput,
  namesArgument,
  namespaceArgument,
  replicasOutput,
  selectorArgument,
  targetsOutput,
} from "../schema.ts";

export const diagnoseWorkload = defineTool({
  name: "diagnose_workload",
  title: "Diagnose workloads",
  description:
    "Why is this StatefulSet, DaemonSet, Job, CronJob, ReplicaSet or Deployment not doing its work? Gives the cause with evidence and the repair. Several at once by a list of names or by a label selector: causes that they share are named once.",
  input: z.strictObject({
    ...namespaceArgument,
    kind: z.enum(WORKLOADS).optional().describe("optional with selector"),
    name: namesArgument.optional(),
    ...selectorArgument,
    ...contextArgument,
  }),
  output: z.looseObject({
    ...diagnosisOutput,
    ...targetsOutput,
    ...z.object(replicasOutput).partial().shape,
    status: z.looseObject({}).optional(),
  }),
  async handler({ namespace, kind, name, selector, context }, call, deps: DiagnoseDeps) {
    if ((name === undefined && selector === undefined) || (name !== undefined && kind === undefined)) {
      throw new ToolError("invalid_arguments", "Give kind and name, or a selector.");
    }
    const options = optionsOf(deps, context, call);
    const target = {
      namespace,
      ...(kind && { kind }),
      ...(name !== undefined && { names: [name].flat() }),
      ...(selector !== undefined && { selector }),
    };
    return onCluster(deps, context, call, (reader) =>
      kind !== undefined && typeof name === "string" && selector === undefined
        ? diagnoseObject(reader, { kind, namespace, name }, options)
        : diagnoseWorkloads(reader, target, options),
    );
  },
  ...published,
});
