import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { fieldPatch } from "../../kube/field-patch.ts";
import { failureOf, jobSource } from "../../kube/jobs.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** Where the Job does not tell its own. */
const DEFAULT_SECONDS = 3_600;

export const jobDeadlineExceeded = defineCheck({
  id: "job_deadline_exceeded",
  title: "Job ran longer than its deadline allows",
  when: "a Job failed with the reason DeadlineExceeded, and no later Job of its CronJob, or made like it, has succeeded",
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
          remedies: [
            {
              step: `Raise ${field} of ${nameOf(object)}, for example to twice as much, or find out why its Pods take so long.`,
              ...fieldPatch({}, field, 2 * (job.spec?.activeDeadlineSeconds ?? DEFAULT_SECONDS)),
            },
            ...(object.kind === "Job"
              ? [
                  {
                    step: `Then run ${nameOf(object)} again.`,
                    call: {
                      tool: "remediate_job_rerun" as const,
                      arguments: { namespace: object.namespace, job_name: object.name },
                    },
                  },
                ]
              : []),
          ],
        },
      ];
    }),
});
