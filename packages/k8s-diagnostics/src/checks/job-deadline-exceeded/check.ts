import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { failureOf, jobSource } from "../../kube/jobs.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const jobDeadlineExceeded = defineCheck({
  id: "job_deadline_exceeded",
  title: "Job ran longer than its deadline allows",
  when: "a Job failed with the reason DeadlineExceeded, and no later Job of its CronJob has succeeded",
  severity: "high",
  level: "cause",
  reads: ["jobs"],
  run: ({ objects }) =>
    objects.jobs.all.flatMap((job) => {
      const failed = failureOf(job, objects);
      if (failed?.reason !== "DeadlineExceeded") return [];
      const { object, specPath } = jobSource(job);
      const field = `${specPath}.activeDeadlineSeconds`;
      return [
        {
          object,
          title: `${nameOf(object)} was stopped because it ran longer than ${field} allows`,
          confidence: "likely" as const,
          evidence: [
            fieldEvidence(refOf(job), "status.conditions[Failed]", failed),
            fieldEvidence(object, field, job.spec?.activeDeadlineSeconds),
          ] as const,
          affects: [refOf(job)],
          remedies: [{ step: `Raise ${field} of ${nameOf(object)}, or find out why its Pods take so long.` }],
        },
      ];
    }),
});
