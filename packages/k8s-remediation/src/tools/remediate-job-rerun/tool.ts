import { jobRerun } from "../../actions/job-rerun/action.ts";
import { actionTool } from "../action-tool.ts";
import { jobArguments } from "../schema.ts";

export const remediateJobRerun = actionTool({
  name: "remediate_job_rerun",
  title: "Run a Job again",
  description: "Makes a new Job like a finished one, which stays, and waits for it to complete.",
  arguments: jobArguments,
  resource: "jobs",
  action: jobRerun,
  input: ({ namespace, job_name }) => ({ namespace, name: job_name }),
  destructive: false,
  idempotent: false,
});
