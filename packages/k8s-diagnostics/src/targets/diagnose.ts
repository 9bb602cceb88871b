import {
  assertNamespace,
  assertObjectName,
  type ClusterReader,
  collect,
  type ObjectRef,
  RESOURCES,
  type Snapshot,
} from "@k8s-ops/k8s-cluster";
import type { Check } from "../check.ts";
import { CHECKS } from "../checks/index.ts";
import type { Diagnosis } from "../diagnosis.ts";
import { refKey } from "../kube/refs.ts";
import type { OfferedCall } from "../remedy-calls.ts";
import { examine, type Question } from "../verdict/verdict.ts";
import { answer, overview } from "./answer.ts";
import { expand } from "./expand.ts";
import { withGuests } from "./guests.ts";
import { needsOf, needsOfClusterScoped } from "./needs.ts";
import { notFound } from "./not-found.ts";
import { TARGETS, type TargetName } from "./table.ts";

export interface DiagnoseOptions {
  readonly signal?: AbortSignal;
  /** Default: all. */
  readonly checks?: readonly Check[];
  /** What of a remedy's call the caller can make. Default: nothing, and remedies are steps. */
  readonly offers?: OfferedCall;
}

export interface ObjectTarget {
  readonly kind: TargetName;
  /** `""` for a cluster-scoped kind. */
  readonly namespace: string;
  readonly name: string;
  /** For a Pod: read and search the logs of all its containers, healthy or not. */
  readonly deep?: boolean;
  /** What the caller calls the name, for errors about it. Default: `name`. */
  readonly argument?: string;
}

/**
 * What is wrong with one object.
 * @throws ClusterError `invalid_name`; `not_found` with the nearest name; `forbidden` when the object itself cannot be
 * read; `not_recorded` when the recording lacks its kind; and what every read throws
 */
export async function diagnoseObject(
  reader: ClusterReader,
  { kind, namespace, name, deep = false, argument = "name" }: ObjectTarget,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const { checks = CHECKS, signal } = options;
  const { resource, status, namespaces, parts, guests } = TARGETS[kind];
  const { namespaced } = RESOURCES[resource];
  if (namespaced) assertNamespace(namespace);
  assertObjectName(name, argument);
  const ref = { kind, namespace: namespaced ? namespace : "", name };
  const find = ({ objects }: Pick<Snapshot, "objects">) => objects[resource].get(ref.namespace, name);
  const needs = namespaced
    ? needsOf(checks, [namespace])
    : needsOfClusterScoped(checks, namespaces(undefined));
  const snapshot = await collect(reader, needs, {
    ...(signal && { signal }),
    expand: (read) => {
      const next = expand(read, { complaints: namespaced, ...(deep && { deep: { namespace, name } }) });
      if (namespaced) return next;
      return { ...next, objects: [...needsOf(checks, namespaces(find(read))), ...next.objects] };
    },
  });
  const object = find(snapshot);
  if (!object) throw notFound(snapshot, { kind, namespace: ref.namespace, names: [name] });
  const question = aboutObjects([ref, ...parts(object, snapshot.objects)], options);
  const examination = examine(checks, snapshot);
  const own = answer(examination, ref, status(object, snapshot.objects), question);
  const others = guests(object, snapshot.objects);
  return others.length === 0 ? own : withGuests(own, examination, aboutObjects([ref, ...others], options));
}

/** What is broken in a namespace. @throws ClusterError `invalid_name`, `not_found`, `not_recorded` */
export async function diagnoseNamespace(
  reader: ClusterReader,
  namespace: string,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  assertNamespace(namespace);
  const { checks = CHECKS } = options;
  const snapshot = await readNamespaces(reader, [namespace], options);
  const ref = { kind: "Namespace", namespace: "", name: namespace };
  if (!exists(snapshot, namespace)) {
    throw notFound(snapshot, { kind: "Namespace", namespace: "", names: [namespace] });
  }
  const question = aboutNamespaces([namespace], options);
  return answer(examine(checks, snapshot), ref, overview(snapshot, [namespace]), question);
}

/** What is broken in the cluster, or in the given namespaces of it. */
export async function diagnoseCluster(
  reader: ClusterReader,
  { namespaces, ...options }: DiagnoseOptions & { readonly namespaces?: readonly string[] } = {},
): Promise<Diagnosis> {
  const { checks = CHECKS } = options;
  const snapshot = await readNamespaces(reader, namespaces ?? "all", options);
  const ref = { kind: "Cluster", namespace: "", name: snapshot.cluster.name };
  return answer(examine(checks, snapshot), ref, overview(snapshot, namespaces), {
    concerns: () => true,
    ...offered(options),
  });
}

/** What the checks want to see of these namespaces, and what that leads to. */
export function readNamespaces(
  reader: ClusterReader,
  namespaces: readonly string[] | "all",
  { checks = CHECKS, signal }: DiagnoseOptions,
): Promise<Snapshot> {
  return collect(reader, needsOf(checks, namespaces), {
    ...(signal && { signal }),
    expand: (snapshot) => expand(snapshot, { complaints: namespaces !== "all" && namespaces.length === 1 }),
  });
}

/** Whether there is such a namespace, or at least something in it where namespaces cannot be read. */
export function exists({ objects }: Snapshot, namespace: string): boolean {
  return (
    objects.namespaces.get("", namespace) !== undefined ||
    Object.values(TARGETS).some(({ resource }) => objects[resource].in(namespace).length > 0)
  );
}

export function aboutObjects(objects: readonly ObjectRef[], options: DiagnoseOptions): Question {
  const keys = objects.map(refKey);
  return { concerns: (refs) => keys.some((key) => refs.has(key)), ...offered(options) };
}

export function aboutNamespaces(namespaces: readonly string[], options: DiagnoseOptions): Question {
  const names = new Set(namespaces);
  return {
    concerns: (refs) =>
      [...refs.values()].some(({ kind, namespace, name }) =>
        names.has(kind === "Namespace" ? name : namespace),
      ),
    ...offered(options),
  };
}

export function offered({ offers }: DiagnoseOptions): Pick<Question, "offers"> {
  return offers ? { offers } : {};
}
