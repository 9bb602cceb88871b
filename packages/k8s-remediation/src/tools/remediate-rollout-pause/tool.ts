import { rolloutPause } from "../../actions/rollout-pause/action.ts";
import { actionTool } from "../action-tool.ts";
import { onlyDeploymentArguments } from "../schema.ts";

export const remediateRolloutPause = actionTool({
  name: "remediate_rollout_pause",
  title: "Pause a rollout",
  description: "kubectl rollout pause of a Deployment.",
  arguments: onlyDeploymentArguments,
  resource: "deployments",
  action: rolloutPause,
  input: ({ namespace, name }) => ({ resource: "deployments" as const, namespace, name }),
  destructive: false,
  idempotent: true,
});
