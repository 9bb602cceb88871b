import { z } from "zod";
import { rollback } from "../../actions/rollback/action.ts";
import { actionTool } from "../action-tool.ts";
import { deploymentArguments, resourceOfRolled, rolledKind } from "../schema.ts";

export const remediateRollbackDeployment = actionTool({
  name: "remediate_rollback_deployment",
  title: "Roll a Deployment back",
  description:
    "kubectl rollout undo of a Deployment (or StatefulSet, DaemonSet): revision 0 is the one before the newest.",
  arguments: {
    ...deploymentArguments,
    kind: rolledKind.optional(),
    revision: z.int().min(0).max(1_000_000_000).optional(),
  },
  resource: "deployments",
  action: rollback,
  input: ({ namespace, deployment_name, kind = "Deployment", revision = 0 }) => ({
    resource: resourceOfRolled[kind],
    namespace,
    name: deployment_name,
    revision,
  }),
  destructive: true,
  idempotent: false,
});
