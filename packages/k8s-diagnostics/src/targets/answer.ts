import { ClusterError, type ObjectRef, type Snapshot } from "@k8s-ops/k8s-cluster";
import type { Diagnosis } from "../diagnosis.ts";
import { nearestName } from "../kube/nearest.ts";
import { isHealthyPod } from "../kube/pods.ts";
import { type Serving, stateOf } from "../status/state.ts";
import { type Examination, type Question, reachVerdict } from "../verdict/verdict.ts";
import { TARGETS, type TargetName } from "./table.ts";

/** How well a target does by itself, and the fields that its tool publishes of that. */
export interface Standing {
  readonly serving: Serving;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** In a large cluster every Pod may have something that could be better. */
const MAX_ISSUES = 100;

/** The verdict on one target. */
export function answer(
  examination: Examination,
  target: ObjectRef,
  { serving, fields }: Standing,
  question: Question,
): Diagnosis {
  const { cluster, asOf } = examination.snapshot;
  const verdict = reachVerdict(examination, question);
  const { issues } = verdict;
  return {
    cluster: cluster.name,
    as_of: asOf,
    target,
    state: stateOf(serving, verdict.causes, verdict.issues),
    ...fields,
    ...verdict,
    issues: issues.slice(0, MAX_ISSUES),
    ...(issues.length > MAX_ISSUES && {
      truncated: `The ${MAX_ISSUES} worst of ${issues.length} issues: ask about one of the objects alone for all of its own.`,
    }),
  };
}

/** As well as its Pods do, those included that are wanted and were never made; unknown when they could not be read. */
export function overview(snapshot: Snapshot, namespaces: readonly string[] | undefined): Standing {
  const { pods } = snapshot.objects;
  const all = namespaces ? namespaces.flatMap((namespace) => pods.in(namespace)) : pods.all;
  const healthy = all.filter(isHealthyPod).length;
  const isKnown = (namespaces ?? [""]).every((namespace) => pods.knows(namespace));
  const wanted = Math.max(all.length, wantedReplicas(snapshot, namespaces));
  const serving = healthy >= wanted ? "all" : healthy > 0 ? "some" : "none";
  return { serving: isKnown ? serving : "unknown", fields: { pods: { total: all.length, healthy } } };
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

/** Why there is no answer about an object: it could not be read, or does not exist; with the nearest name. */
export function notFound({ objects, gaps }: Snapshot, { kind, namespace, name }: ObjectRef): ClusterError {
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
