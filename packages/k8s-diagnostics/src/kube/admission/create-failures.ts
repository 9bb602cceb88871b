import type { KubeObject, ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { eventsOf, lastSeen } from "../events.ts";
import { eventEvidence, fieldEvidence } from "../evidence.ts";
import { parentWorkload, podSpecPath } from "../owners.ts";
import { refOf } from "../refs.ts";

/** What checks of refused Pods read. */
export const CREATE_READS = [
  "deployments",
  "replicaSets",
  "statefulSets",
  "daemonSets",
  "jobs",
  "replicationControllers",
  "events",
] as const;

type Input = Pick<Objects, (typeof CREATE_READS)[number]>;
export type PodTemplateSpec = NonNullable<NonNullable<ObjectOf<"replicaSets">["spec"]>["template"]>["spec"];

/** A controller that lacks Pods now because the API server refuses to create them. */
export interface CreateFailure {
  /** The ReplicaSet, StatefulSet, … that suffers. */
  readonly owner: ObjectRef;
  /** The object in which a person changes its Pods. */
  readonly workload: ObjectRef;
  /** Path of the Pod's spec in the workload. */
  readonly base: string;
  readonly template: PodTemplateSpec;
  /** How many Pods it lacks; at least 1. */
  readonly missing: number;
  /** The API server's words. */
  readonly message: string;
  readonly evidence: Evidence;
}

export function createFailures(objects: Input): readonly CreateFailure[] {
  return [
    ...objects.deployments.all.flatMap((deployment) => failureOfDeployment(deployment)),
    ...objects.replicaSets.all.flatMap((set) =>
      failureOf(set, lackingReplicas(set), set.spec?.template?.spec, objects),
    ),
    ...objects.replicationControllers.all.flatMap((set) =>
      failureOf(set, lackingReplicas(set), set.spec?.template?.spec, objects),
    ),
    ...objects.statefulSets.all.flatMap((set) =>
      failureOf(set, lackingReplicas(set), set.spec?.template?.spec, objects),
    ),
    ...objects.daemonSets.all.flatMap((set) =>
      failureOf(
        set,
        (set.status?.desiredNumberScheduled ?? 0) - (set.status?.currentNumberScheduled ?? 0),
        set.spec?.template?.spec,
        objects,
      ),
    ),
    ...objects.jobs.all.flatMap((job) => failureOf(job, lackingRuns(job), job.spec?.template?.spec, objects)),
  ];
}

/**
 * A Deployment that lacks its newest ReplicaSet, as its condition says while that lasts.
 * Source: k8s.io/kubernetes pkg/controller/deployment/util FailedRSCreateReason
 */
function failureOfDeployment(deployment: ObjectOf<"deployments">): readonly CreateFailure[] {
  const condition = deployment.status?.conditions?.find(({ type }) => type === "Progressing");
  if (condition?.reason !== "ReplicaSetCreateError" || condition.status !== "False") return [];
  const message = condition.message ?? "";
  const owner = refOf(deployment);
  const missing = (deployment.spec?.replicas ?? 1) - (deployment.status?.updatedReplicas ?? 0);
  if (missing <= 0 || deployment.metadata.deletionTimestamp) return [];
  return [
    {
      owner,
      workload: owner,
      base: podSpecPath(owner.kind),
      template: deployment.spec?.template?.spec,
      missing,
      message,
      evidence: fieldEvidence(owner, "status.conditions[Progressing].message", message),
    },
  ];
}

function failureOf(
  object: KubeObject<{
    status?: { conditions?: { type: string; status: string; message?: string; lastTransitionTime?: Date }[] };
  }>,
  missing: number,
  template: PodTemplateSpec,
  objects: Input,
): readonly CreateFailure[] {
  if (missing <= 0 || object.metadata.deletionTimestamp) return [];
  const words = wordsOf(object, objects);
  if (!words) return [];
  const owner = refOf(object);
  const workload = parentWorkload(owner, objects) ?? owner;
  return [{ owner, workload, base: podSpecPath(workload.kind), template, missing, ...words }];
}

/** The newest refusal: the condition keeps the first one, so a later event goes first. */
function wordsOf(
  object: KubeObject<{
    status?: { conditions?: { type: string; status: string; message?: string; lastTransitionTime?: Date }[] };
  }>,
  objects: Pick<Objects, "events">,
): Pick<CreateFailure, "message" | "evidence"> | undefined {
  const ref = refOf(object);
  const condition = object.status?.conditions?.find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  const newest = eventsOf(object, objects).find(
    ({ reason }) => reason === "FailedCreate" || reason === "SuccessfulCreate",
  );
  const refused = newest?.reason === "FailedCreate" ? newest : undefined;
  if (refused && lastSeen(refused) >= (condition?.lastTransitionTime ?? "")) {
    return { message: refused.message ?? "", evidence: eventEvidence(ref, refused) };
  }
  if (!condition?.message) return undefined;
  return {
    message: condition.message,
    evidence: fieldEvidence(ref, "status.conditions[ReplicaFailure].message", condition.message),
  };
}

function lackingReplicas({
  spec,
  status,
}: {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}): number {
  return (spec?.replicas ?? 1) - (status?.replicas ?? 0);
}

function lackingRuns({ spec, status }: ObjectOf<"jobs">): number {
  const finished = status?.conditions?.some(
    ({ type, status: is }) => (type === "Complete" || type === "Failed") && is === "True",
  );
  if (finished || spec?.suspend) return 0;
  const left = (spec?.completions ?? Infinity) - (status?.succeeded ?? 0);
  return Math.min(spec?.parallelism ?? 1, left) - (status?.active ?? 0);
}
