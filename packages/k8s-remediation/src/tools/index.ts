import type { Tool } from "@k8s-ops/mcp-contract";
import type { RemediateDeps } from "./deps.ts";
import { remediateCordonNode } from "./remediate-cordon-node/tool.ts";
import { remediateCronJobSuspend } from "./remediate-cronjob-suspend/tool.ts";
import { remediateDrainNode } from "./remediate-drain-node/tool.ts";
import { remediateJobRerun } from "./remediate-job-rerun/tool.ts";
import { remediatePodRestart } from "./remediate-pod-restart/tool.ts";
import { remediateRollbackDeployment } from "./remediate-rollback-deployment/tool.ts";
import { remediateRolloutPause } from "./remediate-rollout-pause/tool.ts";
import { remediateRolloutRestart } from "./remediate-rollout-restart/tool.ts";
import { remediateRolloutResume } from "./remediate-rollout-resume/tool.ts";
import { remediateScaleDeployment } from "./remediate-scale-deployment/tool.ts";
import { remediateSetImage } from "./remediate-set-image/tool.ts";
import { remediateSetResources } from "./remediate-set-resources/tool.ts";
import { remediateUncordonNode } from "./remediate-uncordon-node/tool.ts";
import { remediateUndo } from "./remediate-undo/tool.ts";

export type { Place, RemediateDeps } from "./deps.ts";

/** The remediate tools, in the order in which they are listed. */
export const REMEDIATE_TOOLS = [
  remediatePodRestart,
  remediateScaleDeployment,
  remediateRollbackDeployment,
  remediateRolloutRestart,
  remediateRolloutPause,
  remediateRolloutResume,
  remediateSetImage,
  remediateSetResources,
  remediateCordonNode,
  remediateUncordonNode,
  remediateDrainNode,
  remediateJobRerun,
  remediateCronJobSuspend,
  remediateUndo,
] as const satisfies readonly Tool<RemediateDeps>[];
