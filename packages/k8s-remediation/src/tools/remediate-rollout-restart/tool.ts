import { rolloutRestart } from "../../actions/rollout-restart/action.ts";
import { actionTool } from "../action-tool.ts";
import { resourceOfRolled, workloadArguments } from "../schema.ts";

export const remediateRolloutRestart = actionTool({
  name: "remediate_rollout_restart",
  title: "Restart a workload",
  description:
    "kubectl rollout restart: replaces all Pods of a workload step by step and follows the rollout.",
  arguments: workloadArguments,
  resource: "workloads",
  action: rolloutRestart,
  input: ({ namespace, kind, name }) => ({ resource: resourceOfRolled[kind], namespace, name }),
  destructive: true,
  idempotent: false,
});
