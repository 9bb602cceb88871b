import { isDeepStrictEqual } from "node:util";
import type { KubeObject, ObjectOf, Patch } from "@k8s-ops/k8s-cluster";
import type { Refused, Unchanged } from "../action.ts";

type Deployment = ObjectOf<"deployments">;
type ReplicaSet = ObjectOf<"replicaSets">;
type ControllerRevision = ObjectOf<"controllerRevisions">;
type Template = NonNullable<Deployment["spec"]>["template"];

const REVISION = "deployment.kubernetes.io/revision";
const HASH_LABEL = "pod-template-hash";
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Annotations that stay the Deployment's own. */
const KEPT_ANNOTATIONS: ReadonlySet<string> = new Set([
  LAST_APPLIED,
  REVISION,
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

/** What restores an earlier revision. */
export interface Restoration {
  readonly patch: Patch;
  /** The revision that is restored, and the one that is left, as far as it is in the history. */
  readonly revision: number;
  readonly left: number | undefined;
}

/**
 * `kubectl rollout undo` of a Deployment, with its choice and its words.
 * Source: k8s.io/kubectl pkg/polymorphichelpers/rollback.go, pkg/util/deployment/deployment.go
 * @param wanted 0: the one before the newest
 */
export function deploymentRollback(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  wanted: number,
): Restoration | Refused | Unchanged {
  const { name } = deployment.metadata;
  if (wanted < 0) return revisionNotFound(wanted);
  const own = replicaSets.filter((set) => isControlledBy(set, deployment));
  const numbered = own.flatMap((set) => {
    const revision = replicaSetRevision(set);
    return revision === undefined ? [] : [{ set, revision }];
  });
  const found = wanted === 0 ? secondNewest(numbered) : numbered.find(({ revision }) => revision === wanted);
  if (!found) {
    return wanted === 0
      ? { refused: "no_history", message: `no rollout history found for deployment "${name}"` }
      : revisionNotFound(wanted);
  }
  if (deployment.spec?.paused) {
    return {
      refused: "paused",
      message: `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
    };
  }
  const template = withoutHash(found.set.spec?.template);
  if (isDeepStrictEqual(template, withoutHash(deployment.spec?.template))) return skipped(wanted);
  const annotations = restoredAnnotations(deployment, found.set);
  return {
    revision: found.revision,
    left: currentRevision(deployment, own),
    patch: {
      type: "json",
      value: [
        { op: "replace", path: "/spec/template", value: template },
        { op: "replace", path: "/metadata/annotations", value: annotations },
      ],
    },
  };
}

/**
 * `kubectl rollout undo` of a DaemonSet or a StatefulSet.
 * Source: k8s.io/kubectl pkg/polymorphichelpers/rollback.go, history.go
 */
export function controllerRollback(
  workload: ObjectOf<"daemonSets"> | ObjectOf<"statefulSets">,
  revisions: readonly ControllerRevision[],
  wanted: number,
): Restoration | Refused | Unchanged {
  if (wanted < 0) return revisionNotFound(wanted);
  const history = revisions
    .filter((revision) => isControlledBy(revision, workload))
    .toSorted((a, b) => a.revision - b.revision);
  if (wanted === 0 && history.length <= 1) {
    return { refused: "no_history", message: "no last revision to roll back to" };
  }
  const found = wanted === 0 ? history.at(-2) : history.find(({ revision }) => revision === wanted);
  if (!found) return revisionNotFound(wanted);
  const data = dataOf(found);
  const template = onlyTemplateOf(data);
  if (!template) return notARevision(found.revision);
  if (isTemplateOf(data, workload)) return skipped(wanted);
  return {
    revision: found.revision,
    left: history.findLast((revision) => isTemplateOf(dataOf(revision), workload))?.revision,
    patch: { type: "strategic", value: { spec: { template: { ...template, $patch: "replace" } } } },
  };
}

function isControlledBy({ metadata }: KubeObject, owner: KubeObject): boolean {
  return (
    metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === owner.metadata.uid) ?? false
  );
}

/** A missing annotation counts as 0, one that is no number not at all. */
function replicaSetRevision({ metadata }: ReplicaSet): number | undefined {
  const text = metadata.annotations?.[REVISION];
  if (text === undefined) return 0;
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

interface Numbered {
  readonly set: ReplicaSet;
  readonly revision: number;
}

function secondNewest(numbered: readonly Numbered[]): Numbered | undefined {
  let newest: Numbered | undefined;
  let second: Numbered | undefined;
  for (const each of numbered) {
    if (each.revision > (newest?.revision ?? -1)) {
      second = newest;
      newest = each;
    } else if (each.revision > (second?.revision ?? -1)) {
      second = each;
    }
  }
  return second;
}

/**
 * Of the oldest ReplicaSet with the Deployment's template; undefined when rolling back to it would not bring back what
 * the Deployment has now.
 */
function currentRevision(deployment: Deployment, sets: readonly ReplicaSet[]): number | undefined {
  const template = withoutHash(deployment.spec?.template);
  const [current] = sets
    .filter((set) => isDeepStrictEqual(withoutHash(set.spec?.template), template))
    .toSorted((a, b) =>
      (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? ""),
    );
  if (!current) return undefined;
  const annotations = restoredAnnotations(deployment, current);
  if (!isDeepStrictEqual(annotations, { ...deployment.metadata.annotations })) return undefined;
  return replicaSetRevision(current);
}

function withoutHash(template: Template | undefined): unknown {
  const { [HASH_LABEL]: _, ...labels } = template?.metadata?.labels ?? {};
  return withoutCreation({ ...template, metadata: { ...template?.metadata, labels } });
}

/** The API server of some versions writes an empty creationTimestamp into templates. */
function withoutCreation(template: unknown): unknown {
  const { metadata, ...rest } = (template ?? {}) as { metadata?: Record<string, unknown> };
  const { creationTimestamp: _, ...kept } = metadata ?? {};
  return { ...rest, metadata: kept };
}

function restoredAnnotations(deployment: Deployment, set: ReplicaSet): Record<string, string> {
  const kept = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) =>
    KEPT_ANNOTATIONS.has(key),
  );
  const restored = Object.entries(set.metadata.annotations ?? {}).filter(
    ([key]) => !KEPT_ANNOTATIONS.has(key),
  );
  return Object.fromEntries([...kept, ...restored]);
}

interface RevisionData {
  readonly spec?: { readonly template?: Readonly<Record<string, unknown>> };
}

function dataOf(revision: ControllerRevision): Readonly<Record<string, unknown>> {
  const { data } = revision as { data?: Readonly<Record<string, unknown>> };
  return data ?? {};
}

/** The Pod template of a revision's data, if there is nothing else: a controller writes nothing else. */
function onlyTemplateOf(data: RevisionData): Readonly<Record<string, unknown>> | undefined {
  const { template } = data.spec ?? {};
  const isAll = Object.keys(data).length === 1 && Object.keys(data.spec ?? {}).length === 1;
  return isAll ? template : undefined;
}

/** The data of a revision is a patch that replaces the template. Source: k8s.io/kubernetes pkg/controller/history */
function isTemplateOf(data: RevisionData, workload: KubeObject): boolean {
  const { $patch: _, ...template } = data.spec?.template ?? {};
  const { spec } = workload as { spec?: { template?: unknown } };
  return isDeepStrictEqual(withoutCreation(template), withoutCreation(spec?.template));
}

function revisionNotFound(revision: number): Refused {
  return {
    refused: "revision_not_found",
    message: `unable to find specified revision ${revision} in history`,
  };
}

function notARevision(revision: number): Refused {
  const message = `Revision ${revision} holds more than a Pod template: no controller wrote it. Roll back to another one.`;
  return { refused: "not_a_revision", message };
}

function skipped(revision: number): Unchanged {
  return { unchanged: `skipped rollback (current template already matches revision ${revision})` };
}
