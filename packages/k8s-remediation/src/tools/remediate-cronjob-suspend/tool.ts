import { z } from "zod";
import { cronjobSuspend } from "../../actions/cronjob-suspend/action.ts";
import { actionTool } from "../action-tool.ts";
import { cronJobArguments } from "../schema.ts";

export const remediateCronJobSuspend = actionTool({
  name: "remediate_cronjob_suspend",
  title: "Suspend a CronJob",
  description: "Sets spec.suspend of a CronJob; suspend false lets it run again.",
  arguments: { ...cronJobArguments, suspend: z.boolean().optional() },
  resource: "cronJobs",
  action: cronjobSuspend,
  input: ({ namespace, cronjob_name, suspend = true }) => ({ namespace, name: cronjob_name, suspend }),
  destructive: false,
  idempotent: true,
});
