import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { failureOf } from "../../kube/jobs.ts";
import { podsControlledBy } from "../../kube/pods.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

const DEFAULT_BACKOFF_LIMIT = 6;

export const jobFailed = defineCheck({
  id: "job_failed",
  title: "Job has failed",
  when: "the Failed condition of a Job is True and no later Job of its CronJob, or made like it, has succeeded",
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
            ...policyEvidence(job, failed.reason),
          ] as const,
          because: pods.map(refOf),
          details: {
            reason: failed.reason ?? "",
            message: failed.message ?? "",
            failed_pods: job.status?.failed ?? 0,
            ...(job.status?.failedIndexes !== undefined && { failed_indexes: job.status.failedIndexes }),
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

/**
 * What in the Job's spec made it fail so soon, or in part.
 * Source: k8s.io/api batch/v1 JobReason…
 */
function policyEvidence(job: ObjectOf<"jobs">, reason: string | undefined): readonly Evidence[] {
  const object = refOf(job);
  const { spec, status } = job;
  if (reason === "PodFailurePolicy")
    return [fieldEvidence(object, "spec.podFailurePolicy.rules", spec?.podFailurePolicy?.rules)];
  if (reason === "FailedIndexes" || reason === "MaxFailedIndexesExceeded") {
    return [
      fieldEvidence(object, "status.failedIndexes", status?.failedIndexes),
      fieldEvidence(object, "spec.backoffLimitPerIndex", spec?.backoffLimitPerIndex),
    ];
  }
  return reason === "BackoffLimitExceeded"
    ? [fieldEvidence(object, "spec.backoffLimit", spec?.backoffLimit ?? DEFAULT_BACKOFF_LIMIT)]
    : [];
}
