import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { failureOf } from "../../kube/jobs.ts";
import { podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export const jobFailed = defineCheck({
  id: "job_failed",
  title: "Job has failed",
  when: "the Failed condition of a Job is True and no later Job of its CronJob has succeeded",
  severity: "high",
  level: "symptom",
  reads: ["jobs", "pods"],
  run: ({ objects }) =>
    objects.jobs.all.flatMap((job) => {
      const failed = failureOf(job, objects);
      if (!failed) return [];
      const object = refOf(job);
      const pods = podsControlledBy(object, objects).filter(({ status }) => status?.phase !== "Succeeded");
      return [
        {
          object,
          title: `${nameOf(object)} has failed`,
          confidence: "certain" as const,
          evidence: [
            fieldEvidence(object, "status.conditions[Failed]", failed),
            fieldEvidence(object, "status.failed", job.status?.failed ?? 0),
          ] as const,
          because: pods.map(refOf),
          details: {
            reason: failed.reason ?? "",
            message: failed.message ?? "",
            failed_pods: job.status?.failed ?? 0,
            succeeded_pods: job.status?.succeeded ?? 0,
          },
          remedies: [
            {
              step: `Run ${nameOf(object)} again once its cause is repaired.`,
              call: {
                tool: "remediate_job_rerun",
                arguments: { namespace: object.namespace, job_name: object.name },
              },
            },
          ],
        },
      ];
    }),
});
