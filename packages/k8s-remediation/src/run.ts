import {
  ClusterError,
  collect,
  type Gap,
  type ObjectRef,
  RESOURCES,
  type ResourceKey,
} from "@k8s-ops/k8s-cluster";
import type { Action, Progress } from "./action.ts";
import type { Plan } from "./plans/plan.ts";
import { type Authorised, authorise, type NotWritten } from "./run/authorise.ts";
import { carryOut, verifyMsOf } from "./run/commit.ts";
import type { ActionRequest, RunDeps } from "./run/deps.ts";
import type { Prepared } from "./run/prepared.ts";
import { recordingRefusals, recordRefusal } from "./run/refusals.ts";
import { withLeft } from "./verify/left.ts";
import { type Verification, watchProgress } from "./verify/watch.ts";

/** What was written, and what came of it. */
export interface Written {
  readonly status: "done";
  readonly actionId: string;
  readonly plan: Plan;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What has to become well by it. */
  readonly subject: ObjectRef;
  readonly verification: Verification;
  readonly isReversible: boolean;
  readonly warnings: readonly string[];
}

/** What a call comes to. */
export type RunResult = NotWritten | Written;

/** What waited long for budgets is looked at all the same. */
const LEAST_WATCH_MS = 5_000;

/**
 * The one sequence of every write: plan → preconditions → dry run → approval → ledger → audit → apply → verify.
 * May be entered again with a person's answer: nothing is written before the approval.
 * @throws RemediationError, ClusterError
 */
export async function runAction<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  request: ActionRequest,
  deps: RunDeps,
): Promise<RunResult> {
  const { resource, namespace, name } = action.target(input);
  const object = { kind: RESOURCES[resource].kind, namespace, name };
  const authorised = await recordingRefusals(request, object, deps, () =>
    authorise(action, input, request, deps),
  );
  if (authorised.status === "authorised") return write(action, input, authorised, request, deps);
  if (authorised.status === "planned" && authorised.why !== "unconfirmed") {
    await recordRefusal([authorised.why], request, object, deps);
  }
  return authorised;
}

async function write<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  { prepared, plan, ticket }: Authorised<K>,
  request: ActionRequest,
  deps: RunDeps,
): Promise<Written> {
  const { now = Date.now } = deps;
  const begun = now();
  const { applied, warnings } = await carryOut(action, input, prepared, ticket, request, deps);
  request.progress?.("written; waiting for its effect");
  const seen = await watchProgress(() => lookAt(action, input, prepared, deps), {
    signal: request.signal,
    deadlineMs: Math.max(Math.min(LEAST_WATCH_MS, verifyMsOf(deps)), verifyMsOf(deps) - (now() - begun)),
    ...(request.progress && { progress: request.progress }),
  });
  const verification = withLeft(seen, applied.left);
  const { verified } = verification;
  const record = { event: "outcome", action_id: ticket.id, outcome: "success", verified } as const;
  const recorded = await deps.audit.append(record).then(
    () => [],
    () => ["The outcome could not be stored in the audit log; the write itself is done."],
  );
  return {
    status: "done",
    actionId: ticket.id,
    plan,
    facts: prepared.planned.facts,
    subject: prepared.planned.subject ?? plan.object,
    verification,
    isReversible: prepared.planned.undo.by !== "nothing",
    warnings: [...warnings, ...recorded],
  };
}

async function lookAt<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  { before, planned }: Prepared<K>,
  { cluster: { reader } }: RunDeps,
): Promise<Progress> {
  const key = action.target(input);
  const { resource, namespace, name } = key;
  const need = namespace === "" ? { resource, name } : { resource, namespace, name };
  const { objects, gaps } = await collect(reader, [need, ...action.needs(input, before.history)]);
  assertSeen(gaps, planned.ends.length > 0 ? [resource, "pods"] : [resource]);
  const target = objects[resource].get(namespace, name);
  return action.verify(
    input,
    planned,
    { target: target as typeof before.target | undefined, objects },
    before,
  );
}

/** What could not be read must not look as if it were gone. */
function assertSeen(gaps: readonly Gap[], resources: readonly Gap["resource"][]): void {
  const blind = gaps.find(({ resource }) => resources.includes(resource));
  if (!blind) return;
  throw new ClusterError("forbidden", `It could not be read: ${blind.resource} (${blind.reason}).`);
}
