import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { controllerOf } from "./owners.ts";
import { refKey, refOf } from "./refs.ts";
import { changedFields } from "./template-changes.ts";

type Deployment = ObjectOf<"deployments">;
type ReplicaSet = ObjectOf<"replicaSets">;

/** An earlier revision of a Deployment, and what has changed in the Pod template since. */
export interface EarlierRevision {
  readonly revision: number;
  readonly replicaSet: ObjectRef;
  /** Paths in the template, e.g. `spec.containers[app].image`; at most 20. */
  readonly changed: readonly string[];
}

/** The `deployment.kubernetes.io/revision` of a Deployment or ReplicaSet; 0 when it has none. */
export function revisionOf({ metadata }: Deployment | ReplicaSet): number {
  const revision = Number(metadata.annotations?.["deployment.kubernetes.io/revision"]);
  return Number.isSafeInteger(revision) && revision > 0 ? revision : 0;
}

const byController = new WeakMap<Objects["replicaSets"], ReadonlyMap<string, readonly ReplicaSet[]>>();

/** The ReplicaSets that a Deployment controls, newest revision first. The first call for a snapshot builds an index. */
export function replicaSetsOf(
  deployment: Deployment,
  { replicaSets }: Pick<Objects, "replicaSets">,
): readonly ReplicaSet[] {
  let index = byController.get(replicaSets);
  if (!index) {
    index = Map.groupBy(replicaSets.all, (set) => {
      const controller = controllerOf(set);
      return controller ? refKey(controller) : "";
    });
    byController.set(replicaSets, index);
  }
  const sets = index.get(refKey(refOf(deployment))) ?? [];
  return sets.toSorted((a, b) => revisionOf(b) - revisionOf(a));
}

/**
 * The ReplicaSet that has the Deployment's template; undefined when none has (a paused change, or a controller that
 * does not work).
 * Source: k8s.io/kubernetes pkg/controller/deployment/util FindNewReplicaSet
 */
export function currentReplicaSet(
  deployment: Deployment,
  objects: Pick<Objects, "replicaSets">,
): ReplicaSet | undefined {
  return replicaSetsOf(deployment, objects).find(
    (set) => changedFields(set.spec?.template, deployment.spec?.template).length === 0,
  );
}

/**
 * The newest earlier revision whose Pods are ready now, while those of the current one are not all ready: the one to
 * roll back to.
 */
export function previousHealthyRevision(
  deployment: Deployment,
  objects: Pick<Objects, "replicaSets">,
): EarlierRevision | undefined {
  const current = currentReplicaSet(deployment, objects);
  if (!current || (current.status?.readyReplicas ?? 0) >= (current.spec?.replicas ?? 1)) return undefined;
  return earlier(deployment, objects, ({ status, spec }) => {
    const ready = status?.readyReplicas ?? 0;
    return ready > 0 && ready >= (spec?.replicas ?? 1);
  });
}

/** The revision before the current one, whether or not any of its Pods still run. */
export function previousRevision(
  deployment: Deployment,
  objects: Pick<Objects, "replicaSets">,
): EarlierRevision | undefined {
  return earlier(deployment, objects, () => true);
}

function earlier(
  deployment: Deployment,
  objects: Pick<Objects, "replicaSets">,
  accept: (set: ReplicaSet) => boolean,
): EarlierRevision | undefined {
  const current = currentReplicaSet(deployment, objects);
  const found = replicaSetsOf(deployment, objects).find(
    (set) => set !== current && (!current || revisionOf(set) < revisionOf(current)) && accept(set),
  );
  if (!found || revisionOf(found) === 0) return undefined;
  return {
    revision: revisionOf(found),
    replicaSet: refOf(found),
    changed: changedFields(found.spec?.template, deployment.spec?.template),
  };
}
