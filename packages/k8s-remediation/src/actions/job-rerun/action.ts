import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { controllerOf, jobCondition, OWN_JOB_LABELS } from "@k8s-ops/k8s-diagnostics/kube";
import { defineAction, type Progress } from "../../action.ts";
import { needsOf } from "../needs.ts";

export interface JobRerunInput {
  readonly namespace: string;
  readonly name: string;
}

type Job = ObjectOf<"jobs">;
type OwnerReference = NonNullable<Job["metadata"]["ownerReferences"]>[number];

const MOST_NAME = 63;
/**
 * Makes another Job like a finished one, which stays as it is. One of a CronJob is made as `kubectl create job --from`
 * makes it. Source of the copied fields: k8s.io/kubectl pkg/cmd/create/create_job.go
 */
export const jobRerun = defineAction<"jobs", JobRerunInput>({
  id: "job_rerun",
  target: ({ namespace, name }) => ({ resource: "jobs", namespace, name }),
  needs: ({ namespace }) => needsOf(namespace, ["jobs", "cronJobs"]),
  plan({ namespace, name }, { target, seed }) {
    if (!isFinished(target)) {
      return {
        refused: "job_active",
        message: `Job ${name} has not finished. Wait for it, or delete it first.`,
      };
    }
    const copy = `${name.slice(0, MOST_NAME - seed.length - 1).replace(/[^a-z0-9]+$/, "")}-${seed}`;
    const object = { resource: "jobs", namespace, name: copy } as const;
    return {
      summary: `Make Job ${copy} like Job ${name}, which stays as it is.`,
      writes: [{ verb: "create", object, body: copyOf(target, copy) }],
      facts: { new_job: copy },
      undo: { by: "delete", object },
      ends: [],
      subject: { kind: "Job", namespace, name: copy },
      warnings: ["Taking it back deletes the new Job with its Pods; what they have done by then stays done."],
    };
  },
  verify: ({ namespace }, { facts }, { objects }) =>
    finished(objects.jobs.get(namespace, String(facts.new_job)), String(facts.new_job)),
});

function isFinished(job: Job): boolean {
  return (jobCondition(job, "Complete") ?? jobCondition(job, "Failed")) !== undefined;
}

function copyOf(job: Job, name: string): Readonly<Record<string, unknown>> {
  const { namespace, labels, ownerReferences, annotations } = job.metadata;
  const { selector: _, manualSelector: __, suspend: ___, template, ...spec } = job.spec ?? { template: {} };
  const isScheduled = controllerOf(job)?.kind === "CronJob";
  const kept = Object.entries(annotations ?? {}).filter(
    ([key]) => !key.startsWith("batch.kubernetes.io/") && !key.startsWith("kubectl.kubernetes.io/"),
  );
  const metadata = {
    name,
    namespace,
    labels: withoutOwn(labels),
    annotations: {
      ...Object.fromEntries(kept),
      ...(isScheduled && { "cronjob.kubernetes.io/instantiate": "manual" }),
    },
    ...(isScheduled && { ownerReferences: ownerReferences?.map(unblocking) }),
  };
  const podMetadata = { ...template.metadata, labels: withoutOwn(template.metadata?.labels) };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    spec: { ...spec, template: { ...template, metadata: podMetadata } },
  };
}

/** To block the owner's deletion takes a permission on its finalizers, which kubectl does not ask for either. */
function unblocking(owner: OwnerReference): Omit<OwnerReference, "blockOwnerDeletion"> {
  const { blockOwnerDeletion: _, ...kept } = owner;
  return kept;
}

function withoutOwn(labels: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !OWN_JOB_LABELS.test(key)));
}

function finished(job: Job | undefined, name: string): Progress {
  if (!job) return { state: "waiting", message: `Job ${name} is not there yet.` };
  if (jobCondition(job, "Complete")) return { state: "done", message: `Job ${name} has completed.` };
  if (jobCondition(job, "Failed")) return { state: "failed", message: `Job ${name} has failed.` };
  return { state: "waiting", message: `Job ${name} is running.` };
}
