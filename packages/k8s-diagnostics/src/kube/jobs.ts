import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { controllerOf } from "./owners.ts";
import { refOf } from "./refs.ts";

type Job = ObjectOf<"jobs">;

/** A condition of the Job that is True now, e.g. `Failed`, `Complete`, `Suspended`. */
export function jobCondition({ status }: Job, type: string) {
  return status?.conditions?.find((condition) => condition.type === type && condition.status === "True");
}

/** The Jobs of the same CronJob that were created after this one. */
export function laterSiblings(job: Job, objects: Pick<Objects, "jobs">): readonly Job[] {
  const owner = controllerOf(job);
  if (owner?.kind !== "CronJob") return [];
  const created = job.metadata.creationTimestamp ?? "";
  return objects.jobs
    .in(job.metadata.namespace)
    .filter(
      (other) =>
        (other.metadata.creationTimestamp ?? "") > created && controllerOf(other)?.name === owner.name,
    );
}

/** A failed Job that still matters: no later Job of its CronJob has succeeded, and it is not being deleted. */
export function failureOf(job: Job, objects: Pick<Objects, "jobs">) {
  const failed = jobCondition(job, "Failed");
  if (!failed || job.metadata.deletionTimestamp !== undefined) return undefined;
  if (laterSiblings(job, objects).some((other) => jobCondition(other, "Complete"))) return undefined;
  return failed;
}

/** Where a person changes a Job: its CronJob, else the Job itself; and the path of the Job's spec there. */
export function jobSource(job: Job): { readonly object: ObjectRef; readonly specPath: string } {
  const owner = controllerOf(job);
  return owner?.kind === "CronJob"
    ? { object: owner, specPath: "spec.jobTemplate.spec" }
    : { object: refOf(job), specPath: "spec" };
}
