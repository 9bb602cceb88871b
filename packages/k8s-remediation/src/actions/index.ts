import { cordon } from "./cordon/action.ts";
import { cronJobSuspend } from "./cronjob-suspend/action.ts";
import { drain } from "./drain/action.ts";
import { jobRerun } from "./job-rerun/action.ts";
import { podRestart } from "./pod-restart/action.ts";
import { rollback } from "./rollback/action.ts";
import { rolloutPause } from "./rollout-pause/action.ts";
import { rolloutRestart } from "./rollout-restart/action.ts";
import { rolloutResume } from "./rollout-resume/action.ts";
import { scale } from "./scale/action.ts";
import { setImage } from "./set-image/action.ts";
import { setResources } from "./set-resources/action.ts";
import { uncordon } from "./uncordon/action.ts";

/** All actions, by what a caller of the library calls them. */
export const ACTIONS = {
  cordon,
  cronJobSuspend,
  drain,
  jobRerun,
  podRestart,
  rollback,
  rolloutPause,
  rolloutRestart,
  rolloutResume,
  scale,
  setImage,
  setResources,
  uncordon,
} as const;
