import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const cronJobSuspended = defineCheck({
  id: "cron_job_suspended",
  title: "CronJob is suspended",
  when: "spec.suspend of a CronJob is true",
  severity: "low",
  level: "cause",
  reads: ["cronJobs"],
  run: ({ objects }) =>
    objects.cronJobs.all
      .filter(({ spec }) => spec?.suspend === true)
      .map((cronJob) => ({
        object: refOf(cronJob),
        title: `${nameOf(refOf(cronJob))} is suspended`,
        confidence: "certain" as const,
        evidence: [
          fieldEvidence(refOf(cronJob), "spec.suspend", true),
          fieldEvidence(refOf(cronJob), "status.lastScheduleTime", cronJob.status?.lastScheduleTime),
        ] as const,
        remedies: [
          {
            step: `Set spec.suspend of ${nameOf(refOf(cronJob))} to false when it should run.`,
            patch: "spec:\n  suspend: false\n",
            call: {
              tool: "remediate_cronjob_suspend",
              arguments: {
                namespace: cronJob.metadata.namespace,
                cronjob_name: cronJob.metadata.name,
                suspend: false,
              },
            },
          },
        ],
      })),
});
