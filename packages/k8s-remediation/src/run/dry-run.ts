import { isDeepStrictEqual } from "node:util";
import { ClusterError, type ClusterWriter, type KubeObject, type Precondition } from "@k8s-ops/k8s-cluster";
import type { TemplateChange } from "@k8s-ops/k8s-diagnostics/kube";
import type { Planned, Write } from "../action.ts";
import { makeWrite } from "../apply/write.ts";
import { changesBetween } from "../plans/changes.ts";
import type { Verdict } from "../preconditions/precondition.ts";

export interface DryRun {
  /** The target as it would become. */
  readonly expected?: KubeObject;
  readonly changes: readonly TemplateChange[];
  readonly verdicts: readonly Verdict[];
}

/**
 * Makes all writes of a plan without storing them.
 * @throws ClusterError when the cluster cannot answer; `conflict`, `not_found` when an object is no longer as it was read
 */
export async function dryRun(
  writer: ClusterWriter,
  planned: Planned,
  target: KubeObject,
  precondition: Precondition,
  signal: AbortSignal,
): Promise<DryRun> {
  const answers = await Promise.all(
    planned.writes.map((write) => attempt(writer, write, precondition, signal)),
  );
  const failures = answers.flatMap(({ write, error }) => (error ? [{ write, error }] : []));
  const expected =
    answers.find(({ write, object }) => object && write.verb === "patch")?.object ??
    scaledTarget(answers, target);
  return {
    ...(expected && { expected }),
    changes: planned.writes.flatMap((write) => changesOf(write, target, expected)),
    verdicts: [...verdictsOf(failures, planned), ...hiddenChange(target, expected)],
  };
}

/** What a plan does not show must not change: it decides who may delete the object, and when. */
function hiddenChange(target: KubeObject, expected: KubeObject | undefined): readonly Verdict[] {
  const hidden = ({ metadata: { finalizers = [], ownerReferences = [] } }: KubeObject) => ({
    finalizers,
    ownerReferences,
  });
  if (!expected || isDeepStrictEqual(hidden(target), hidden(expected))) return [];
  const message =
    "The write would also change finalizers or ownerReferences, which is not what the action does.";
  const override = { instead: "Look which admission webhook or which revision does that." };
  return [{ code: "hidden_change", verdict: "refuse", message, override }];
}

interface Attempt {
  readonly write: Write;
  readonly object?: KubeObject;
  readonly error?: ClusterError;
}

async function attempt(
  writer: ClusterWriter,
  write: Write,
  precondition: Precondition,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const object = await makeWrite(writer, write, precondition, { dryRun: true, signal });
    return { write, ...(object && { object }) };
  } catch (error) {
    if (!(error instanceof ClusterError) || !ANSWERS.has(error.code)) throw error;
    if (hasEnded(write, error, precondition)) return { write };
    if (isOvertaken(error, write)) throw error;
    return { write, error };
  }
}

/** Somebody changed or deleted the target since it was read: that says nothing about the write. */
function isOvertaken({ code }: ClusterError, { verb }: Write): boolean {
  return verb !== "create" && (code === "conflict" || code === "not_found");
}

/** The scale subresource answers with a Scale: of the target, it changes this field alone. */
function scaledTarget(answers: readonly Attempt[], target: KubeObject): KubeObject | undefined {
  const scaling = answers.find(({ write, error }) => write.verb === "scale" && !error)?.write;
  if (scaling?.verb !== "scale") return undefined;
  const { spec } = target as { spec?: Readonly<Record<string, unknown>> };
  return { ...target, spec: { ...spec, replicas: scaling.replicas } } as KubeObject;
}

/** What says something about the write, rather than about reaching the cluster. */
const ANSWERS: ReadonlySet<string> = new Set([
  "disruption_budget",
  "namespace_terminating",
  "forbidden",
  "rejected",
  "conflict",
  "server_error",
  "not_found",
]);

function changesOf(write: Write, target: KubeObject, expected: KubeObject | undefined) {
  if (write.verb === "patch") {
    return expected ? changesBetween(write.object.resource, target, expected) : [];
  }
  if (write.verb !== "scale") return [];
  const { spec } = target as { spec?: { replicas?: number } };
  return [{ path: "spec.replicas", before: spec?.replicas, after: write.replicas }];
}

/** A Pod that has ended meanwhile need not be evicted any more. */
function hasEnded(write: Write, { code }: ClusterError, { uid }: Precondition): boolean {
  return write.verb === "evict" && write.uid !== uid && (code === "not_found" || code === "conflict");
}

interface Failure {
  readonly write: Write;
  readonly error: ClusterError;
}

function verdictsOf(failures: readonly Failure[], { waitsForBudgets = false }: Planned): readonly Verdict[] {
  // A drain waits until the Pods of a Namespace that is being deleted end with it.
  const told = failures.filter(({ error }) => !(waitsForBudgets && error.code === "namespace_terminating"));
  const { budget = [], other = [] } = Object.groupBy(told, ({ error }) =>
    error.code === "disruption_budget" ? "budget" : "other",
  );
  return [
    ...budgetVerdict(budget, waitsForBudgets),
    ...other.slice(0, 3).map(({ error }): Verdict => {
      const instead = "Only the cluster can permit it: correct what it refuses.";
      return { code: "dry_run_rejected", verdict: "refuse", message: error.message, override: { instead } };
    }),
  ];
}

function budgetVerdict(failures: readonly Failure[], waits: boolean): readonly Verdict[] {
  const [first] = failures;
  if (!first) return [{ code: "disruption_budget", verdict: "pass", message: "" }];
  const names = failures.slice(0, 5).map(({ write }) => write.object.name);
  const message = `${first.error.message} (${names.join(", ")}${failures.length > 5 ? ", …" : ""})`;
  if (waits)
    return [{ code: "disruption_budget", verdict: "warn", message: `${message} The drain waits for it.` }];
  const instead =
    "Wait until the budget allows it: until more of its Pods are Ready, or the budget is changed.";
  return [{ code: "disruption_budget", verdict: "refuse", message, override: { instead } }];
}
