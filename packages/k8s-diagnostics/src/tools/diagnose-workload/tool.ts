import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseObject } from "../../targets/diagnose.ts";
import type { DiagnoseDeps } from "../clusters.ts";
import { published } from "../published.ts";
import {
  contextArgument,
  diagnosisOutput,
  nameArgument,
  namespaceArgument,
  replicasOutput,
} from "../schema.ts";

const KINDS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"] as const;

export const diagnoseWorkload = defineTool({
  name: "diagnose_workload",
  title: "Diagnose a workload",
  description:
    "Why is this StatefulSet, DaemonSet, Job, CronJob or ReplicaSet (or Deployment) not doing its work? Follows it to its Pods and gives the cause with evidence and the repair.",
  input: z.strictObject({
    ...namespaceArgument,
    kind: z.enum(KINDS),
    name: nameArgument,
    ...contextArgument,
  }),
  output: z.looseObject({
    ...diagnosisOutput,
    ...z.object(replicasOutput).partial().shape,
    status: z.looseObject({}).optional(),
  }),
  async handler({ namespace, kind, name, context }, call, deps: DiagnoseDeps) {
    const reader = await deps.cluster(context, call);
    return diagnoseObject(reader, { kind, namespace, name }, { signal: call.signal });
  },
  ...published,
});
