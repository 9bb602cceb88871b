import type { ObjectOf, ObjectRef, Snapshot } from "@k8s-ops/k8s-cluster";
import type { Evidence, Remedy } from "../check.ts";
import { isReady, podCondition } from "../kube/pods.ts";
import { refKey, refOf, sameRef } from "../kube/refs.ts";
import {
  type EarlierRevision,
  isProven,
  type Revision,
  type Revisions,
  revisedWorkload,
  revisionsOf,
  shownChanges,
} from "../kube/revisions.ts";
import { changeEvidence, rollBack } from "../kube/roll-back.ts";
import { concerns, type TemplateChange } from "../kube/template-changes.ts";
import { secondsBetween } from "../kube/time.ts";
import type { CheckedFinding } from "./run-checks.ts";

type Pod = ObjectOf<"pods">;
type Source = Pick<Snapshot, "objects" | "asOf">;

const TEMPLATE = "spec.template.";
const MAX_CHANGES = 3;
const ROLL_BACK = "remediate_rollback_deployment";
/** Restarts that come at least this often, over a Pod's whole life, began with it. */
const SECONDS_A_RESTART = 600;
/** The kubelet reports that a new Pod is not ready within this time. */
const SETTLING_SECONDS = 5;

/** What decides where a Pod may run. A change of anything else keeps no Pod from a Node. */
const PLACEMENT =
  /^spec\.(?:nodeSelector|nodeName|affinity|tolerations|topologySpreadConstraints|schedulerName|priorityClassName|runtimeClassName|overhead|volumes|resources|resourceClaims|hostNetwork|(?:c|initC)ontainers\[[^\]]*\](?:\.(?:resources|ports)|$))/;
/** What runs in a container, and how its health is judged. */
const PROGRAM =
  /^spec\.(?:c|initC)ontainers\[[^\]]*\]\.(?:image|command|args|env|envFrom|workingDir|resources|volumeMounts|securityContext|livenessProbe|readinessProbe|startupProbe|lifecycle|ports)\b/;

/** The earlier revision to go back to, and the changes since that may have brought the fault. */
interface Regression {
  readonly workload: ObjectRef;
  readonly revision: Revision;
  readonly changes: readonly TemplateChange[];
}

/**
 * Adds what has changed in the workload's template, and the way back, to a cause that began with the workload's
 * newest revision.
 * @param maxEvidence How much evidence the answer shows: the changes are among it
 */
export function withRegression(
  finding: CheckedFinding,
  snapshot: Source,
  maxEvidence: number,
): CheckedFinding {
  if (finding.code === "rollout_regression") return finding;
  const regression = workloadsOf(finding)
    .map((workload) => regressionOf(workload, finding, snapshot))
    .find((found) => found !== undefined);
  if (!regression) return finding;
  const { workload, revision, changes } = regression;
  const [first, ...others] = finding.evidence;
  const added = changes.map((change) => changeEvidence(workload, change));
  return {
    ...finding,
    evidence: [first, ...others.slice(0, maxEvidence - 1 - added.length), ...added],
    remedies: withRollBack(finding.remedies ?? [], rollBack(workload, revision), revision),
  };
}

function withRollBack(remedies: readonly Remedy[], undo: Remedy, revision: Revision): readonly Remedy[] {
  if (remedies.some(({ call }) => call?.tool === ROLL_BACK)) return remedies;
  const isVague = remedies.every(({ call, patch }) => call === undefined && patch === undefined);
  return isVague && isProven(revision) ? [undo, ...remedies] : [...remedies, undo];
}

/** The workload of the cause, and those whose templates its evidence quotes. */
function workloadsOf({ object, evidence }: CheckedFinding): readonly ObjectRef[] {
  const quoted = evidence.filter(isTemplateField).map((item) => item.object);
  return [...new Map([object, ...quoted].map((ref) => [refKey(ref), ref])).values()];
}

function isTemplateField(item: Evidence): item is Evidence & { readonly field: string } {
  return "field" in item && item.field.startsWith(TEMPLATE);
}

function regressionOf(
  workload: ObjectRef,
  finding: CheckedFinding,
  { objects, asOf }: Source,
): Regression | undefined {
  const object = revisedWorkload(workload, objects);
  const revisions = object && revisionsOf(object, objects);
  if (!revisions) return undefined;
  const pods = affectedPods(finding, revisions);
  const since = Math.min(revisions.current.number, ...pods.map(({ number }) => number));
  const earlier = revisions.earlier.filter(({ number }) => number < since);
  const candidates = [...earlier.filter(isProven), ...earlier];
  const fields = templateFields(finding, workload, pods);
  const isConcerned = (path: string): boolean => fields.some((field) => concerns(path, field));
  const concerned = candidates.find(({ changed }) => changed.some(isConcerned));
  const found =
    concerned ?? candidates.find((revision) => isSuspect(revision, revisions, finding, fields, pods, asOf));
  if (!found) return undefined;
  const { changed } = found;
  const inSpec = changed.filter((path) => path.startsWith("spec."));
  const paths = [...new Set([...changed.filter(isConcerned), ...inSpec, ...changed])].slice(0, MAX_CHANGES);
  return { workload, revision: found, changes: shownChanges(revisions, found, paths) };
}

/** The fields of the Pod template that the evidence names, on the workload or on its Pods. */
function templateFields(
  { evidence }: CheckedFinding,
  workload: ObjectRef,
  pods: readonly Affected[],
): readonly string[] {
  const names = new Set(pods.map(({ pod }) => refKey(refOf(pod))));
  return evidence.flatMap((item) => {
    if (!("field" in item)) return [];
    if (isTemplateField(item) && sameRef(item.object, workload)) return [item.field.slice(TEMPLATE.length)];
    return names.has(refKey(item.object)) && item.field.startsWith("spec.") ? [item.field] : [];
  });
}

interface Affected {
  readonly pod: Pod;
  readonly number: number;
}

/** The Pods of the workload that the finding names, with their revisions. */
function affectedPods(
  { affects = [] }: CheckedFinding,
  { current, earlier }: Revisions,
): readonly Affected[] {
  const named = new Set(affects.map(refKey));
  return [current, ...earlier].flatMap(({ pods, number }) =>
    pods.filter((pod) => named.has(refKey(refOf(pod)))).map((pod) => ({ pod, number })),
  );
}

/**
 * Whether the revision may have brought the fault though the finding names none of the changed fields: no Pod runs
 * well with the new template, and those of the earlier one do; or the program has failed ever since it was started.
 */
function isSuspect(
  revision: EarlierRevision,
  { current }: Revisions,
  { subject }: CheckedFinding,
  fields: readonly string[],
  affected: readonly Affected[],
  asOf: string,
): boolean {
  if (affected.length === 0 || current.pods.some(isReady)) return false;
  const isPlaced = affected.every(({ pod }) => Boolean(pod.spec?.nodeName));
  if (!isPlaced) return isProven(revision) && revision.changed.some((path) => PLACEMENT.test(path));
  if (isProven(revision)) return revision.changed.some((path) => path.startsWith("spec."));
  const ofContainer = revision.changed.filter(
    (path) => subject === undefined || path.includes(`[${subject}]`),
  );
  return (
    fields.length === 0 &&
    ofContainer.some((path) => PROGRAM.test(path)) &&
    affected.every(({ pod }) => hasNeverWorked(pod, asOf))
  );
}

function hasNeverWorked(pod: Pod, asOf: string): boolean {
  const restarts = Math.max(
    0,
    ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount),
  );
  const began = pod.status?.startTime ?? pod.metadata.creationTimestamp;
  const age = secondsBetween(began, asOf);
  if (age !== undefined && restarts > 0 && age / restarts <= SECONDS_A_RESTART) return true;
  const ready = podCondition(pod, "Ready");
  const unreadySince = secondsBetween(began, ready?.lastTransitionTime ?? "");
  return ready?.status === "False" && unreadySince !== undefined && unreadySince <= SETTLING_SECONDS;
}
