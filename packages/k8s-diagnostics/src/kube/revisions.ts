import {
  type KubeObject,
  type ObjectOf,
  type ObjectRef,
  type Objects,
  redactObject,
} from "@k8s-ops/k8s-cluster";
import { controllerOf } from "./owners.ts";
import { isFinished, isReady, isTerminating, podsControlledBy } from "./pods.ts";
import { refOf, sameRef } from "./refs.ts";
import { currentReplicaSet, replicaSetsOf, revisionOf } from "./rollout.ts";
import { changedFields, type TemplateChange, templateChanges } from "./template-changes.ts";

type Pod = ObjectOf<"pods">;
type Revised = ObjectOf<"deployments"> | ObjectOf<"statefulSets"> | ObjectOf<"daemonSets">;

export const REVISION_READS = [
  "deployments",
  "statefulSets",
  "daemonSets",
  "replicaSets",
  "controllerRevisions",
  "pods",
] as const;
type Sources = Pick<Objects, (typeof REVISION_READS)[number]>;

/** A revision of a workload: its Pod template, and the Pods that still run with it. */
export interface Revision {
  readonly number: number;
  /** The ReplicaSet or ControllerRevision. */
  readonly object: ObjectRef;
  /** Neither finished nor being deleted. */
  readonly pods: readonly Pod[];
  readonly template: unknown;
  /** Gives the template without what must not be shown. */
  readonly shown: () => unknown;
}

export interface EarlierRevision extends Revision {
  readonly changed: readonly string[];
}

export interface Revisions {
  readonly current: Revision;
  /** Newest first, with the paths that differ between each and the current one; those that do not differ are left out. */
  readonly earlier: readonly EarlierRevision[];
}

/** The object if its kind keeps earlier Pod templates. */
export function revisedWorkload({ kind, namespace, name }: ObjectRef, objects: Sources): Revised | undefined {
  if (kind === "Deployment") return objects.deployments.get(namespace, name);
  if (kind === "StatefulSet") return objects.statefulSets.get(namespace, name);
  return kind === "DaemonSet" ? objects.daemonSets.get(namespace, name) : undefined;
}

/** The revisions of a workload; undefined when the current one is not known or there is no earlier one. */
export function revisionsOf(workload: Revised, objects: Sources): Revisions | undefined {
  const revisions =
    workload.kind === "Deployment"
      ? deploymentRevisions(workload as ObjectOf<"deployments">, objects)
      : controllerRevisions(workload, objects);
  if (!revisions) return undefined;
  const { current, others } = revisions;
  const earlier = others
    .filter(({ number }) => number > 0 && number < current.number)
    .map((revision) => ({ ...revision, changed: changedFields(revision.template, current.template) }))
    .filter(({ changed }) => changed.length > 0)
    .toSorted((a, b) => b.number - a.number);
  return earlier.length > 0 ? { current, earlier } : undefined;
}

/** The values at these paths before and now, fit to be shown. */
export function shownChanges(
  { current }: Revisions,
  revision: EarlierRevision,
  paths: readonly string[],
): readonly TemplateChange[] {
  const shown = { before: revision.shown(), after: current.shown() };
  const all = new Map(
    templateChanges(revision.template, current.template, shown).map((change) => [change.path, change]),
  );
  return paths.flatMap((path) => all.get(path) ?? []);
}

/** Whether the revision's Pods work now. */
export function isProven({ pods }: Revision): boolean {
  return pods.length > 0 && pods.every(isReady);
}

interface Found {
  readonly current: Revision;
  readonly others: readonly Revision[];
}

function deploymentRevisions(deployment: ObjectOf<"deployments">, objects: Sources): Found | undefined {
  const set = currentReplicaSet(deployment, objects);
  if (!set) return undefined;
  const revision = (other: ObjectOf<"replicaSets">): Revision => ({
    number: revisionOf(other),
    object: refOf(other),
    pods: livingPods(refOf(other), objects),
    template: other.spec?.template,
    shown: () => templateOf(redactObject("replicaSets", other)),
  });
  return {
    current: revision(set),
    others: replicaSetsOf(deployment, objects)
      .filter((other) => other !== set)
      .map(revision),
  };
}

/**
 * Source: k8s.io/kubernetes pkg/controller/history; the data of a revision is a patch of the template
 */
function controllerRevisions(workload: Revised, objects: Sources): Found | undefined {
  const owner = refOf(workload);
  const pods = livingPods(owner, objects);
  const revisions = objects.controllerRevisions
    .in(owner.namespace)
    .filter((revision) => {
      const controller = controllerOf(revision);
      return controller !== undefined && sameRef(controller, owner);
    })
    .map((revision): Revision => {
      const { data } = revision as { data?: unknown };
      return {
        number: revision.revision,
        object: refOf(revision),
        pods: pods.filter((pod) => isOfRevision(pod, revision.metadata.name, owner.name)),
        template: templateOf(data),
        shown: () => templateOf((redactObject("controllerRevisions", revision) as { data?: unknown }).data),
      };
    })
    .toSorted((a, b) => b.number - a.number);
  const named = (workload.status as { updateRevision?: string } | undefined)?.updateRevision;
  const current = revisions.find(({ object, template }) =>
    named === undefined ? isTemplateOf(workload, template) : object.name === named,
  );
  return current && { current, others: revisions.filter((revision) => revision !== current) };
}

function isTemplateOf(workload: Revised, template: unknown): boolean {
  return templateChanges(template, workload.spec?.template).length === 0;
}

/** StatefulSets label their Pods with the revision's name, DaemonSets with the hash at its end. */
function isOfRevision({ metadata }: Pod, revision: string, owner: string): boolean {
  const label = metadata.labels?.["controller-revision-hash"];
  return label !== undefined && (revision === label || revision === `${owner}-${label}`);
}

function livingPods(owner: ObjectRef, objects: Sources): readonly Pod[] {
  return podsControlledBy(owner, objects).filter((pod) => !isFinished(pod) && !isTerminating(pod));
}

function templateOf(object: KubeObject | unknown): unknown {
  return (object as { spec?: { template?: unknown } } | undefined)?.spec?.template;
}
