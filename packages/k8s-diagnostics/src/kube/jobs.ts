import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { canonicalJson } from "./canonical-json.ts";
import { controllerOf } from "./owners.ts";
import { refOf } from "./refs.ts";

type Job = ObjectOf<"jobs">;

/** A condition of the Job that is True now, e.g. `Failed`, `Complete`, `Suspended`. */
export function jobCondition({ status }: Job, type: string) {
  return status?.conditions?.find((condition) => condition.type === type && condition.status === "True");
}

/** A failed Job that still matters: it has not succeeded later, and it is not being deleted. */
export function failureOf(job: Job, objects: Pick<Objects, "jobs">) {
  const failed = jobCondition(job, "Failed");
  if (!failed || job.metadata.deletionTimestamp !== undefined) return undefined;
  return succeededLater(job, objects) ? undefined : failed;
}

/**
 * Whether what the Job was to do was done by another one: a later Job of its CronJob has succeeded, or one with the
 * same Pod template and no CronJob, made after it had failed. Twins that run side by side do not stand for each other.
 */
export function succeededLater(job: Job, { jobs }: Pick<Objects, "jobs">): boolean {
  const { ofCronJobs, ofTemplates } = successesIn(jobs);
  const cronJob = cronJobKey(job);
  const sibling = cronJob === undefined ? undefined : ofCronJobs.get(cronJob);
  if (sibling !== undefined && sibling > (job.metadata.creationTimestamp ?? "")) return true;
  const failedAt = jobCondition(job, "Failed")?.lastTransitionTime;
  if (failedAt === undefined) return false;
  const template = templateKey(job);
  const rerun = template === undefined ? undefined : ofTemplates.get(template);
  return rerun !== undefined && rerun > failedAt;
}

/** When the newest Job that has succeeded was made, in RFC 3339. */
interface Successes {
  readonly ofCronJobs: ReadonlyMap<string, string>;
  /** Of Jobs without a CronJob. */
  readonly ofTemplates: ReadonlyMap<string, string>;
}

const successes = new WeakMap<Objects["jobs"], Successes>();

function successesIn(jobs: Objects["jobs"]): Successes {
  const known = successes.get(jobs);
  if (known) return known;
  const ofCronJobs = new Map<string, string>();
  const ofTemplates = new Map<string, string>();
  for (const job of jobs.all.filter((each) => jobCondition(each, "Complete"))) {
    const cronJob = cronJobKey(job);
    const key = cronJob ?? templateKey(job);
    const found = cronJob === undefined ? ofTemplates : ofCronJobs;
    const { creationTimestamp = "" } = job.metadata;
    if (key !== undefined && creationTimestamp > (found.get(key) ?? "")) found.set(key, creationTimestamp);
  }
  const made = { ofCronJobs, ofTemplates };
  successes.set(jobs, made);
  return made;
}

function cronJobKey(job: Job): string | undefined {
  const owner = controllerOf(job);
  return owner?.kind === "CronJob" ? `${owner.namespace}/${owner.name}` : undefined;
}

/** Labels by which the Job controller finds the Pods of one Job. */
export const OWN_JOB_LABELS = /^(?:batch\.kubernetes\.io\/)?(?:controller-uid|job-name)$/;
const TOOLS_ANNOTATIONS = /^(?:batch|kubectl)\.kubernetes\.io\//;

/** The same for Jobs of one namespace whose Pods are made alike. */
function templateKey({ metadata: { namespace }, spec }: Job): string | undefined {
  if (!spec?.template?.spec) return undefined;
  const { metadata, spec: podSpec } = spec.template;
  const labels = without(OWN_JOB_LABELS, metadata?.labels);
  const annotations = without(TOOLS_ANNOTATIONS, metadata?.annotations);
  return canonicalJson([namespace, labels, annotations, podSpec]);
}

function without(pattern: RegExp, values: Readonly<Record<string, string>> | undefined) {
  return Object.entries(values ?? {})
    .filter(([key]) => !pattern.test(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Where a person changes a Job: its CronJob, else the Job itself; and the path of the Job's spec there. */
export function jobSource(job: Job): { readonly object: ObjectRef; readonly specPath: string } {
  const owner = controllerOf(job);
  return owner?.kind === "CronJob"
    ? { object: owner, specPath: "spec.jobTemplate.spec" }
    : { object: refOf(job), specPath: "spec" };
}
