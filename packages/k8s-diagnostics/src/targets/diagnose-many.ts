import {
  assertNamespace,
  assertObjectName,
  ClusterError,
  type ClusterReader,
  collect,
  type KubeObject,
  type ObjectRef,
  type Snapshot,
} from "@k8s-ops/k8s-cluster";
import { CHECKS } from "../checks/index.ts";
import type { Diagnosis, State, TargetVerdict } from "../diagnosis.ts";
import { type LabelSelector, matchesLabelSelector, parseLabelSelector } from "../kube/label-selector.ts";
import { controllerOf } from "../kube/owners.ts";
import { refOf } from "../kube/refs.ts";
import { type Examination, examine, type Question } from "../verdict/verdict.ts";
import { answer, overview, type Standing } from "./answer.ts";
import {
  aboutNamespaces,
  aboutObjects,
  type DiagnoseOptions,
  exists,
  offered,
  readNamespaces,
} from "./diagnose.ts";
import { noneSelected, notFound } from "./not-found.ts";
import { TARGETS, type TargetName, WORKLOADS, type WorkloadKind } from "./table.ts";

/** Several workloads of one namespace: by name, or by their labels, of one kind or (by labels) of all kinds. */
export interface WorkloadsTarget {
  readonly namespace: string;
  readonly kind?: WorkloadKind;
  readonly names?: readonly string[];
  /** As kubectl takes it: `app=web,tier in (front,back)`. */
  readonly selector?: string;
}

/** Several namespaces: by name, by their labels, or both. */
export interface NamespacesTarget {
  readonly names?: readonly string[];
  readonly selector?: string;
}

const MAX_TARGETS = 50;

/**
 * What is wrong with several workloads, in one verdict: a cause that they share is named once.
 * @throws ClusterError `invalid_name`; `invalid_selector`; `not_found` when there is none of them;
 * `not_recorded`
 */
export async function diagnoseWorkloads(
  reader: ClusterReader,
  { namespace, kind, names: given, selector }: WorkloadsTarget,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  assertNamespace(namespace);
  const names = given && [...new Set(given)];
  for (const [index, name] of (given ?? []).entries()) assertObjectName(name, itemOf("name", given, index));
  const labels = selectorOf(selector);
  const snapshot = await readNamespaces(reader, [namespace], options);
  const all = workloadsIn(snapshot, namespace, kind);
  const named = names ? all.filter(({ metadata }) => names.includes(metadata.name)) : all;
  const chosen = named.filter((object) => isChosen(object, labels));
  const missing = (names ?? []).filter((name) => !named.some(({ metadata }) => metadata.name === name));
  const [first, ...others] = missing;
  if (chosen.length === 0) {
    throw kind !== undefined && first !== undefined && named.length === 0
      ? notFound(snapshot, { kind, namespace, names: [first, ...others] })
      : noneSelected(snapshot, namespace, kind, names ? named.map(({ metadata }) => metadata.name) : []);
  }
  return verdictOnAll(snapshot, chosen.map(refOf), missingRefs(missing, kind, namespace), options, {
    target: { kind: "Namespace", namespace: "", name: namespace },
    standing: (ref) => {
      const { resource, status } = TARGETS[ref.kind as TargetName];
      const object = snapshot.objects[resource].get(ref.namespace, ref.name);
      return object ? status(object, snapshot.objects) : { serving: "unknown", fields: {} };
    },
    question: (ref) => aboutObjects([ref], options),
    fields: {},
  });
}

/**
 * What is broken in several namespaces.
 * @throws ClusterError `invalid_name`; `invalid_selector`; `not_found` when there is none of them;
 * `not_recorded`
 */
export async function diagnoseNamespaces(
  reader: ClusterReader,
  { names: given, selector }: NamespacesTarget,
  options: DiagnoseOptions = {},
): Promise<Diagnosis> {
  const names = given && [...new Set(given)];
  for (const [index, name] of (given ?? []).entries())
    assertNamespace(name, itemOf("namespace", given, index));
  const labels = selectorOf(selector);
  const wanted = labels ? await labelled(reader, labels, names, options) : (names ?? []);
  const chosen = wanted.slice(0, MAX_TARGETS);
  const snapshot = await readNamespaces(reader, chosen, options);
  const found = chosen.filter((name) => exists(snapshot, name));
  const [first, ...others] = chosen;
  if (found.length === 0) {
    throw first === undefined
      ? new ClusterError("not_found", "No namespace has the labels that the selector asks for.")
      : notFound(snapshot, { kind: "Namespace", namespace: "", names: [first, ...others] });
  }
  const refs = wanted
    .filter((name) => !chosen.includes(name) || found.includes(name))
    .map((name) => ({ kind: "Namespace", namespace: "", name }));
  const missing = chosen.filter((name) => !found.includes(name));
  return verdictOnAll(snapshot, refs, missingRefs(missing, "Namespace", ""), options, {
    target: { kind: "Cluster", namespace: "", name: snapshot.cluster.name },
    standing: ({ name }) => overview(snapshot, [name]),
    question: ({ name }) => aboutNamespaces([name], options),
    fields: overview(snapshot, found).fields,
  });
}

interface Kind {
  readonly target: ObjectRef;
  readonly standing: (ref: ObjectRef) => Standing;
  readonly question: (ref: ObjectRef) => Question;
  readonly fields: Readonly<Record<string, unknown>>;
}

function verdictOnAll(
  snapshot: Snapshot,
  refs: readonly ObjectRef[],
  missing: readonly ObjectRef[],
  options: DiagnoseOptions,
  { target, standing, question, fields }: Kind,
): Diagnosis {
  const { checks = CHECKS } = options;
  const examination = examine(checks, snapshot);
  const judged = refs.slice(0, MAX_TARGETS).map((ref) => ({ ref, asked: question(ref) }));
  const targets = judged.map(({ ref, asked }) => targetVerdict(examination, ref, standing(ref), asked));
  const whole = answer(
    examination,
    target,
    { serving: "unknown", fields },
    {
      concerns: (set) => judged.some(({ asked }) => asked.concerns(set)),
      ...offered(options),
    },
  );
  return {
    ...whole,
    state: worst(targets.map(({ state }) => state)),
    targets,
    not_checked: [
      ...whole.not_checked,
      ...missing.map(({ kind, namespace, name }) => ({
        resource: kind === "Namespace" ? "namespaces" : TARGETS[kind as TargetName].resource,
        ...(namespace !== "" && { namespace }),
        name,
        reason: "not_found" as const,
      })),
    ],
    ...(refs.length > judged.length && {
      truncated: `${judged.length} of ${refs.length} targets were looked at. Ask about fewer at once.`,
    }),
  };
}

function targetVerdict(
  examination: Examination,
  ref: ObjectRef,
  standing: Standing,
  question: Question,
): TargetVerdict {
  const { state, causes } = answer(examination, ref, standing, question);
  return { ...ref, state, causes: causes.map(({ code, object }) => ({ code, object })).slice(0, 3) };
}

const GRAVITY: readonly State[] = ["failing", "degraded", "unknown", "healthy"];

function worst(states: readonly State[]): State {
  return GRAVITY.find((state) => states.includes(state)) ?? "unknown";
}

function workloadsIn(
  { objects }: Snapshot,
  namespace: string,
  kind: WorkloadKind | undefined,
): readonly KubeObject[] {
  const kinds = kind ? [kind] : WORKLOADS;
  const all = kinds.flatMap((each): readonly KubeObject[] => objects[TARGETS[each].resource].in(namespace));
  // Of all kinds, those that somebody made: not the ReplicaSets and Jobs that other workloads own.
  return kind ? all : all.filter((object) => controllerOf(object) === undefined);
}

async function labelled(
  reader: ClusterReader,
  selector: LabelSelector,
  names: readonly string[] | undefined,
  { signal }: DiagnoseOptions,
): Promise<readonly string[]> {
  const { objects } = await collect(reader, [{ resource: "namespaces" }], signal ? { signal } : {});
  return objects.namespaces.all
    .filter((object) => (names?.includes(object.metadata.name) ?? true) && isChosen(object, selector))
    .map(({ metadata }) => metadata.name);
}

/** What the caller calls one of the names. */
function itemOf(argument: string, names: readonly string[] | undefined, index: number): string {
  return names?.length === 1 ? argument : `${argument}[${index}]`;
}

function isChosen({ metadata }: KubeObject, selector: LabelSelector | undefined): boolean {
  return selector === undefined || matchesLabelSelector(selector, metadata.labels);
}

function selectorOf(text: string | undefined): LabelSelector | undefined {
  if (text === undefined) return undefined;
  const selector = parseLabelSelector(text);
  if (!selector) {
    throw new ClusterError(
      "invalid_selector",
      "The selector is no label selector. It looks like app=web,tier in (front,back),!canary.",
    );
  }
  return selector;
}

function missingRefs(
  names: readonly string[],
  kind: string | undefined,
  namespace: string,
): readonly ObjectRef[] {
  return kind === undefined ? [] : names.map((name) => ({ kind, namespace, name }));
}
