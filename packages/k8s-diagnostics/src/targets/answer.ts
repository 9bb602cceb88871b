import type { ObjectRef, Snapshot } from "@k8s-ops/k8s-cluster";
import type { Diagnosis } from "../diagnosis.ts";
import { isHealthyPod } from "../kube/pods.ts";
import { type Serving, stateOf } from "../status/state.ts";
import { type Examination, type Question, reachVerdict } from "../verdict/verdict.ts";

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
