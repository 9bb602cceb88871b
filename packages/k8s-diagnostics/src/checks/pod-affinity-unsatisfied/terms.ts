import { isDnsLabel, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { nearestName } from "../../kube/nearest.ts";
import { workloadOf } from "../../kube/owners.ts";
import { isFinished, isTerminating } from "../../kube/pods.ts";
import { refKey, refOf, sameRef } from "../../kube/refs.ts";
import type { NodeView } from "../../kube/scheduling/placement.ts";
import type { PlacementFailure } from "../../kube/scheduling/placement-failures.ts";
import { matchesSelector } from "../../kube/selectors.ts";
import { templateLabels, type WorkloadSources, workloadsIn } from "../../kube/workloads.ts";

type Pod = ObjectOf<"pods">;
type Sources = WorkloadSources & Pick<Objects, "pods" | "namespaces" | "jobs">;
type Term = NonNullable<
  NonNullable<
    NonNullable<NonNullable<Pod["spec"]>["affinity"]>["podAffinity"]
  >["requiredDuringSchedulingIgnoredDuringExecution"]
>[number];

export const RULES = "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution";

/** A term of required pod affinity that no Node meets, and why. */
export interface UnmetTerm {
  readonly term: Term;
  /** No Node has the topology label. */
  readonly keyMissing: boolean;
  /** Assigned Pods that match. */
  readonly targets: readonly Pod[];
  /** Matching Pods that wait for a Node themselves. */
  readonly waiting: readonly Pod[];
  /** The Nodes on which the targets run. */
  readonly homes: readonly NodeView[];
  /** Workloads whose Pods would match and do not run. */
  readonly providers: readonly ObjectRef[];
  /** A workload that differs from the selector in one label. */
  readonly near: { readonly workload: ObjectRef; readonly key: string; readonly present: string } | undefined;
  /** Another namespace, where Pods match. */
  readonly elsewhere: string | undefined;
}

/** The first term that explains why the Pod waits; undefined when each is met on a Node that is full for the moment. */
export function unmetTerm({ pod, placement }: PlacementFailure, objects: Sources): UnmetTerm | undefined {
  const terms = pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.map((term) => describe(term, pod, placement, objects)).find((found) => found !== undefined);
}

function describe(
  term: Term,
  pod: Pod,
  placement: PlacementFailure["placement"],
  objects: Sources,
): UnmetTerm | undefined {
  const { labelSelector, topologyKey } = term;
  const namespaces = namespacesOf(term, pod, objects);
  if (!namespaces.every((namespace) => objects.pods.knows(namespace))) return undefined;
  const matching = namespaces
    .flatMap((namespace) => objects.pods.in(namespace))
    .filter(
      (other) => isLive(other) && other !== pod && matchesSelector(labelSelector, other.metadata.labels),
    );
  const targets = matching.filter(({ spec }) => Boolean(spec?.nodeName));
  const all = placement?.all ?? [];
  const keyMissing = all.length > 0 && all.every(({ node }) => domainOf(node, topologyKey) === undefined);
  const home = new Set(targets.map(({ spec }) => spec?.nodeName));
  const homes = all.filter(({ node }) => home.has(node.metadata.name));
  const domains = new Set(homes.map(({ node }) => domainOf(node, topologyKey)));
  const isMet = placement?.nodes.some(({ node }) => domains.has(domainOf(node, topologyKey)));
  if (!keyMissing && targets.length > 0 && (isMet || homes.length === 0)) return undefined;
  const own = workloadOf(pod, objects);
  const waiting = matching.filter(({ spec }) => !spec?.nodeName);
  const providers = providersOf(term, namespaces, own, waiting, objects);
  const isAbsent = targets.length === 0 && providers.length === 0 && !keyMissing;
  return {
    term,
    keyMissing,
    targets,
    waiting,
    homes,
    providers: targets.length === 0 ? providers : [],
    near: isAbsent ? nearOf(term, namespaces, objects) : undefined,
    elsewhere: isAbsent ? elsewhereOf(term, namespaces, objects) : undefined,
  };
}

function namespacesOf(
  { namespaces = [], namespaceSelector }: Term,
  pod: Pod,
  objects: Sources,
): readonly string[] {
  if (!namespaceSelector) return namespaces.length > 0 ? namespaces : [pod.metadata.namespace];
  const selected = objects.namespaces.all
    .filter(({ metadata }) => matchesSelector(namespaceSelector, metadata.labels))
    .map(({ metadata }) => metadata.name);
  return [...new Set([...namespaces, ...selected])];
}

function domainOf({ metadata }: ObjectOf<"nodes">, key: string): string | undefined {
  return metadata.labels?.[key];
}

function isLive(pod: Pod): boolean {
  return !isFinished(pod) && !isTerminating(pod);
}

function providersOf(
  { labelSelector }: Term,
  namespaces: readonly string[],
  own: ObjectRef,
  waiting: readonly Pod[],
  objects: Sources,
): readonly ObjectRef[] {
  const workloads = namespaces
    .flatMap((namespace) => workloadsIn(objects, namespace))
    .filter((workload) => matchesSelector(labelSelector, templateLabels(workload)))
    .map(refOf);
  const all = [...workloads, ...waiting.map((pod) => workloadOf(pod, objects))];
  return [...new Map(all.map((ref) => [refKey(ref), ref])).values()]
    .filter((ref) => !sameRef(ref, own))
    .slice(0, 3);
}

function nearOf({ labelSelector }: Term, namespaces: readonly string[], objects: Sources): UnmetTerm["near"] {
  const wanted = Object.entries(labelSelector?.matchLabels ?? {});
  if (wanted.length === 0 || (labelSelector?.matchExpressions ?? []).length > 0) return undefined;
  for (const workload of namespaces.flatMap((namespace) => workloadsIn(objects, namespace))) {
    const labels = templateLabels(workload);
    const [pair, ...more] = wanted.filter(([key, value]) => labels[key] !== value);
    const present = labels[pair?.[0] ?? ""];
    if (!pair || more.length > 0 || present === undefined) continue;
    if (wanted.length > 1 || nearestName(pair[1], [present]) !== undefined)
      return { workload: refOf(workload), key: pair[0], present };
  }
  return undefined;
}

function elsewhereOf(
  { labelSelector }: Term,
  namespaces: readonly string[],
  objects: Pick<Objects, "pods">,
): string | undefined {
  const found = objects.pods.all.find(
    (pod) =>
      !namespaces.includes(pod.metadata.namespace) &&
      Boolean(pod.spec?.nodeName) &&
      isLive(pod) &&
      matchesSelector(labelSelector, pod.metadata.labels),
  );
  const namespace = found?.metadata.namespace;
  return namespace !== undefined && isDnsLabel(namespace) ? namespace : undefined;
}
