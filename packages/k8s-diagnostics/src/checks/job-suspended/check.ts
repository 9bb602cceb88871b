import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { jobCondition } from "../../kube/jobs.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const jobSuspended = defineCheck({
  id: "job_suspended",
  title: "Job is suspended",
  when: "spec.suspend of a Job that has not finished is true",
  severity: "low",
  level: "cause",
  reads: ["jobs"],
  run: ({ objects }) =>
    objects.jobs.all
      .filter((job) => job.spec?.suspend === true)
      .filter((job) => !jobCondition(job, "Complete") && !jobCondition(job, "Failed"))
      .map((job) => ({
        object: refOf(job),
        title: `${nameOf(refOf(job))} is suspended`,
        confidence: "certain" as const,
        evidence: [fieldEvidence(refOf(job), "spec.suspend", true)] as const,
        affects: [refOf(job)],
        remedies: [
          {
            step: `Set spec.suspend of ${nameOf(refOf(job))} to false when it should run.`,
            patch: "spec:\n  suspend: false\n",
          },
        ],
      })),
});
