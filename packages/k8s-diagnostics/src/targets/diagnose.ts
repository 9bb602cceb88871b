import {
  assertNamespace,
  assertObjectName,
  ClusterError,
  type ClusterReader,
  collect,
  type ObjectRef,
  RESOURCES,
  type Snapshot,
} from "@k8s-ops/k8s-cluster";
import type { Check } from "../check.ts";
import { CHECKS } from "../checks/index.ts";
import type { Diagnosis } from "../diagnosis.ts";
import { nearestName } from "../kube/nearest.ts";
import { isHealthyPod } from "../kube/pods.ts";
import { refKey } from "../kube/refs.ts";
import { type Serving, stateOf } from "../status/state.ts";
import type { RefSet } from "../verdict/dependents.ts";
import { type Question, reachVerdict } from "../verdict/verdict.ts";
import { expand } from "./expand.ts";
import { needsOf, needsOfClusterScoped } from "./needs.ts";
import { TARGETS, type TargetName } from "./table.ts";

export interface DiagnoseOptions {
  readonly signal?: AbortSignal;
  /** Default: all. */
  readonly checks?: readonly Check[];
  /** Whether a tool that a remedy would call is there for the caller. Default: none is, and remedies are steps. */
  readonly offers?: (tool: string) => boolean;
}

export interface ObjectTarget {
  readonly kind: TargetName;
  /** `""` for a cluster-scoped kind. */
  readonly namespace: string;
  readonly name: string;
  /** For a Pod: read and search the logs of all its containers, healthy or not. */
  readonly deep?: boolean;
}

/**
 * What is wrong with one object.
 * @throws ClusterError `invalid_name`; `not_found` with the nearest name; `forbidden` when the object itself cannot be
 * read; and what every read throws
 */
export async function diagnoseObject(
  reader: ClusterReader,
  { kind, namespace, name, deep = false }: ObjectTarget,
  { checks = CHECKS, signal, offers }: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const { resource, status, namespaces, parts } = TARGETS[kind];
  const { namespaced } = RESOURCES[resource];
  if (namespaced) assertNamespace(namespace);
  assertObjectName(name, "name");
  const ref = { kind, namespace: namespaced ? namespace : "", name };
  const find = ({ objects }: Pick<Snapshot, "objects">) => objects[resource].get(ref.namespace, name);
  const snapshot = await collect(
    reader,
    namespaced ? needsOf(checks, [namespace]) : needsOfClusterScoped(checks, namespaces(undefined)),
    {
      ...(signal && { signal }),
      expand: (read) => {
        const next = expand(read, deep ? { deep: { namespace, name } } : {});
        if (namespaced) return next;
        return { ...next, objects: [...needsOf(checks, namespaces(find(read))), ...next.objects] };
      },
    },
  );
  const object = find(snapshot);
  if (!object) throw notFound(snapshot, ref);
  const { serving, fields } = status(object, snapshot.objects);
  const keys = [ref, ...parts(object, snapshot.objects)].map(refKey);
  const question: Question = {
    concerns: (refs: RefSet) => keys.some((key) => refs.has(key)),
    ...(offers && { offers }),
  };
  return answer(snapshot, checks, ref, serving, fields, question);
}

/** What is broken in a namespace. @throws ClusterError `invalid_name`, `not_found` */
export async function diagnoseNamespace(
  reader: ClusterReader,
  namespace: string,
  { checks = CHECKS, signal, offers }: DiagnoseOptions = {},
): Promise<Diagnosis> {
  assertNamespace(namespace);
  const snapshot = await collect(reader, needsOf(checks, [namespace]), {
    ...(signal && { signal }),
    expand: follow,
  });
  const { namespaces } = snapshot.objects;
  const ref = { kind: "Namespace", namespace: "", name: namespace };
  if (!namespaces.get("", namespace) && isEmpty(snapshot, namespace)) throw notFound(snapshot, ref);
  const concerns: Question["concerns"] = (refs) =>
    refs.has(refKey(ref)) || [...refs.values()].some((other) => other.namespace === namespace);
  return answer(snapshot, checks, ref, ...overview(snapshot, [namespace]), {
    concerns,
    ...(offers && { offers }),
  });
}

/** What is broken in the cluster, or in the given namespaces of it. */
export async function diagnoseCluster(
  reader: ClusterReader,
  {
    namespaces,
    checks = CHECKS,
    signal,
    offers,
  }: DiagnoseOptions & { readonly namespaces?: readonly string[] } = {},
): Promise<Diagnosis> {
  const snapshot = await collect(reader, needsOf(checks, namespaces ?? "all"), {
    ...(signal && { signal }),
    expand: follow,
  });
  const ref = { kind: "Cluster", namespace: "", name: snapshot.cluster.name };
  return answer(snapshot, checks, ref, ...overview(snapshot, namespaces), {
    concerns: () => true,
    ...(offers && { offers }),
  });
}

function follow(snapshot: Snapshot) {
  return expand(snapshot, {});
}

function answer(
  snapshot: Snapshot,
  checks: readonly Check[],
  target: ObjectRef,
  serving: Serving,
  fields: Readonly<Record<string, unknown>>,
  question: Question,
): Diagnosis {
  const verdict = reachVerdict(checks, snapshot, question);
  return {
    cluster: snapshot.cluster.name,
    as_of: snapshot.asOf,
    target,
    state: stateOf(serving, verdict.causes, verdict.issues),
    ...fields,
    ...verdict,
  };
}

/** As well as its Pods do, those included that are wanted and were never made; unknown when they could not be read. */
function overview(
  snapshot: Snapshot,
  namespaces: readonly string[] | undefined,
): [Serving, Readonly<Record<string, unknown>>] {
  const { pods } = snapshot.objects;
  const all = namespaces ? namespaces.flatMap((namespace) => pods.in(namespace)) : pods.all;
  const healthy = all.filter(isHealthyPod).length;
  const isKnown = (namespaces ?? [""]).every((namespace) => pods.knows(namespace));
  const wanted = Math.max(all.length, wantedReplicas(snapshot, namespaces));
  const serving = healthy >= wanted ? "all" : healthy > 0 ? "some" : "none";
  return [isKnown ? serving : "unknown", { pods: { total: all.length, healthy } }];
}

function wantedReplicas({ objects }: Snapshot, namespaces: readonly string[] | undefined): number {
  const { deployments, statefulSets, daemonSets } = objects;
  return [...deployments.all, ...statefulSets.all, ...daemonSets.all]
    .filter(({ metadata }) => namespaces?.includes(metadata.namespace) ?? true)
    .reduce((sum, workload) => {
      const status = workload.status as { desiredNumberScheduled?: number } | undefined;
      const spec = workload.spec as { replicas?: number } | undefined;
      return (
        sum + (workload.kind === "DaemonSet" ? (status?.desiredNumberScheduled ?? 0) : (spec?.replicas ?? 1))
      );
    }, 0);
}

function isEmpty({ objects }: Snapshot, namespace: string): boolean {
  return Object.values(TARGETS).every(({ resource }) => objects[resource].in(namespace).length === 0);
}

function notFound({ objects, gaps }: Snapshot, { kind, namespace, name }: ObjectRef): ClusterError {
  const resource = kind === "Namespace" ? "namespaces" : TARGETS[kind as TargetName].resource;
  const gap = gaps.find(
    (other) => other.resource === resource && (other.namespace ?? namespace) === namespace,
  );
  if (gap && gap.reason !== "not_recorded") {
    const code =
      gap.reason === "forbidden" || gap.reason === "forbidden_by_policy" ? "forbidden" : "server_error";
    return new ClusterError(code, `${kind} ${name} could not be read: ${gap.reason}.`);
  }
  const where = namespace === "" ? "" : ` in namespace ${namespace}`;
  const near = nearestName(
    name,
    objects[resource].in(namespace).map(({ metadata }) => metadata.name),
  );
  const isNamespaceMissing =
    namespace !== "" && objects.namespaces.knows("", namespace) && !objects.namespaces.get("", namespace);
  const hint = isNamespaceMissing
    ? ` There is no namespace ${namespace}.`
    : near
      ? ` Did you mean ${near}?`
      : "";
  return new ClusterError("not_found", `There is no ${kind} ${name}${where}.${hint}`);
}
