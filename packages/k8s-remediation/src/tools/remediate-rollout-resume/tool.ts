import { rolloutResume } from "../../actions/rollout-resume/action.ts";
import { actionTool } from "../action-tool.ts";
import { onlyDeploymentArguments } from "../schema.ts";

export const remediateRolloutResume = actionTool({
  name: "remediate_rollout_resume",
  title: "Resume a rollout",
  description: "kubectl rollout resume of a Deployment; follows the rollout that it lets go.",
  arguments: onlyDeploymentArguments,
  resource: "deployments",
  action: rolloutResume,
  input: ({ namespace, name }) => ({ resource: "deployments" as const, namespace, name }),
  destructive: true,
  idempotent: true,
});
