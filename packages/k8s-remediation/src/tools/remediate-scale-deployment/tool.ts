import { z } from "zod";
import { scale } from "../../actions/scale/action.ts";
import { actionTool } from "../action-tool.ts";
import { deploymentArguments } from "../schema.ts";

const MOST_REPLICAS = 100_000;

export const remediateScaleDeployment = actionTool({
  name: "remediate_scale_deployment",
  title: "Scale a Deployment",
  description: "Sets the replicas of a Deployment (or StatefulSet) and waits until they are available.",
  arguments: {
    ...deploymentArguments,
    kind: z.enum(["Deployment", "StatefulSet"]).optional(),
    replicas: z.int().min(0).max(MOST_REPLICAS),
  },
  resource: "deployments",
  action: scale,
  input: ({ namespace, deployment_name, kind, replicas }) => ({
    resource: kind === "StatefulSet" ? ("statefulSets" as const) : ("deployments" as const),
    namespace,
    name: deployment_name,
    replicas,
  }),
  destructive: true,
  idempotent: true,
});
