import { defineTool } from "@k8s-ops/mcp-contract";
import { z } from "zod";
import { diagnoseObject } from "../../targets/diagnose.ts";
import { type DiagnoseDeps, optionsOf } from "../clusters.ts";
import { onCluster } from "../progress.ts";
import { published } from "../published.ts";
import {
  contextArgument,
  diagnosisOutput,
  nameArgument,
  namespaceArgument,
  replicasOutput,
} from "../schema.ts";

export const diagnoseDeployment = defineTool({
  name: "diagnose_deployment",
  title: "Diagnose a Deployment",
  description:
    "Why does this Deployment lack replicas or why is its rollout stuck? Follows it to its ReplicaSets and Pods and gives the one cause (quota, image, crash, probe, scheduling, config, ...) with evidence and the repair.",
  input: z.strictObject({ ...namespaceArgument, deployment_name: nameArgument, ...contextArgument }),
  output: z.looseObject({ ...diagnosisOutput, ...replicasOutput }),
  async handler({ namespace, deployment_name, context }, call, deps: DiagnoseDeps) {
    return onCluster(deps, context, call, (reader) =>
      diagnoseObject(
        reader,
        { kind: "Deployment", namespace, name: deployment_name, argument: "deployment_name" },
        optionsOf(deps, context, call),
      ),
    );
  },
  ...published,
});
