import { ClusterError, collect, type Gap, type ObjectRef, type ResourceKey } from "@k8s-ops/k8s-cluster";
import type { Action, Progress } from "./action.ts";
import { RemediationError } from "./errors.ts";
import type { Plan } from "./plans/plan.ts";
import {
  actionId,
  headOf,
  mintToken,
  newHead,
  PLAN_SECONDS,
  type PlanHead,
  type Purpose,
  type TokenProblem,
  tokenProblem,
} from "./plans/token.ts";
import { commit, verifyMsOf } from "./run/commit.ts";
import type { ActionRequest, Approval, RunDeps } from "./run/deps.ts";
import { type Prepared, prepare } from "./run/prepare.ts";
import { planUsed } from "./run/reserve.ts";
import { withLeft } from "./verify/left.ts";
import { type Verification, watchProgress } from "./verify/watch.ts";

/** What a call comes to. */
export type RunResult =
  | { readonly status: "unchanged"; readonly message: string }
  /** Nothing is written: not confirmed, not approved, or guard rails refuse. */
  | {
      readonly status: "planned";
      readonly plan: Plan;
      readonly why: "unconfirmed" | "plan_required" | "declined";
    }
  /** The person behind the client is to be asked; `state` comes back with the answer. */
  | { readonly status: "question"; readonly plan: Plan; readonly state: string }
  | {
      readonly status: "done";
      readonly actionId: string;
      readonly plan: Plan;
      readonly facts: Readonly<Record<string, unknown>>;
      /** What has to become well by it. */
      readonly subject: ObjectRef;
      readonly verification: Verification;
      readonly isReversible: boolean;
      readonly warnings: readonly string[];
    };

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
  const { rules, now = Date.now } = deps;
  const presented = request.confirm ? (request.person?.state ?? request.planId) : undefined;
  const head = presented === undefined ? newHead(now()) : headOf(presented);
  if (!head) throw problem("malformed");
  if (presented !== undefined) await assertUnused(head, deps);
  const prepared = await prepare(action, input, head, request, deps);
  if ("unchanged" in prepared) {
    // Another call may have carried the same plan out while this one was looking.
    if (presented !== undefined) await assertUnused(head, deps);
    return { status: "unchanged", message: prepared.unchanged };
  }
  if (request.requiredIntent !== undefined && prepared.state.intent !== request.requiredIntent) {
    throw drifted(request.undoes);
  }
  const sign = (purpose: Purpose): string =>
    mintToken(deps.key, head, planRequest(purpose, request, deps), prepared.state);
  const plan = planOf(prepared, head, sign);
  if (!request.confirm) return { status: "planned", plan, why: "unconfirmed" };
  if (plan.refused.length > 0) throw await refuse(plan, request, deps);
  if (rules.approval === "never") throw await neverApproved(plan, request, deps);
  const approval = approve(request, rules.approval, (purpose, token) =>
    tokenProblem(deps.key, token, planRequest(purpose, request, deps), prepared.state, now()),
  );
  if (approval === "ask") return { status: "question", plan, state: sign("question") };
  if (approval === "declined") await recordRefusal([approval], plan, request, deps);
  if (approval === "plan_required" || approval === "declined")
    return { status: "planned", plan, why: approval };

  if (request.signal.aborted) throw new ClusterError("cancelled", "The call was cancelled before the write.");
  const id = actionId(head);
  const begun = now();
  const ticket = { id, planId: sign("plan"), approval };
  const { applied, warnings } = await commit(action, input, prepared, ticket, request, deps);
  request.progress?.("written; waiting for its effect");
  const seen = await watchProgress(() => lookAt(action, input, prepared, deps), {
    signal: request.signal,
    deadlineMs: Math.max(Math.min(LEAST_WATCH_MS, verifyMsOf(deps)), verifyMsOf(deps) - (now() - begun)),
    ...(request.progress && { progress: request.progress }),
  });
  const verification = withLeft(seen, applied.left);
  const record = {
    event: "outcome",
    action_id: id,
    outcome: "success",
    verified: verification.verified,
  } as const;
  const recorded = await deps.audit.append(record).then(
    () => [],
    () => ["The outcome could not be stored in the audit log; the write itself is done."],
  );
  return {
    status: "done",
    actionId: id,
    plan,
    facts: prepared.planned.facts,
    subject: prepared.planned.subject ?? plan.object,
    verification,
    isReversible: prepared.planned.undo.by !== "nothing",
    warnings: [...warnings, ...recorded],
  };
}

function planRequest(purpose: Purpose, request: ActionRequest, { cluster }: RunDeps) {
  const { caller, tool, arguments: given } = request;
  return { purpose, caller, cluster: cluster.id, tool, arguments: given };
}

function planOf(prepared: Prepared, head: PlanHead, sign: (purpose: Purpose) => string): Plan {
  if (prepared.plan.refused.length > 0) return prepared.plan;
  const expires = new Date((head.issuedAt + PLAN_SECONDS) * 1000).toISOString();
  return { plan_id: sign("plan"), expires_at: expires, ...prepared.plan };
}

/** A plan that was carried out changed or ended the object, which would look stale or gone: that it was used says more. */
async function assertUnused(head: PlanHead, { cluster, now = Date.now }: RunDeps): Promise<void> {
  const id = actionId(head);
  const used = (await cluster.ledger.read()).find((entry) => entry.id === id);
  if (used) throw planUsed(used, now());
}

function drifted(undoes = "the action"): RemediationError {
  return new RemediationError(
    "drifted",
    `The object was changed after ${undoes}, so that taking that back would also touch what came later. Look at it and change it with its own tool.`,
  );
}

/** A refusal stands whether or not its record can be stored. */
async function recordRefusal(
  codes: readonly string[],
  { object }: Plan,
  { tool, caller }: ActionRequest,
  { audit, cluster }: RunDeps,
): Promise<void> {
  const record = {
    event: "refused",
    caller,
    tool,
    cluster: cluster.writer.cluster.name,
    object,
    codes,
  } as const;
  await audit.append(record).catch(() => {});
}

async function refuse(plan: Plan, request: ActionRequest, deps: RunDeps): Promise<RemediationError> {
  const codes = plan.refused.map(({ code }) => code);
  await recordRefusal(codes, plan, request, deps);
  const reasons = plan.refused.map(
    ({ code, message, override }) =>
      `[${code}] ${message}${override === undefined ? "" : ` Way out: ${override}`}`,
  );
  return new RemediationError("precondition_failed", `Nothing was written. ${reasons.join(" ")}`);
}

async function neverApproved(plan: Plan, request: ActionRequest, deps: RunDeps): Promise<RemediationError> {
  await recordRefusal(["approval_never"], plan, request, deps);
  return new RemediationError(
    "approval_never",
    "The policy lets this caller plan but not write (approval: never).",
  );
}

/**
 * Specification, section 4: a person is asked where the client can; where it cannot, the plan's id must be given.
 * @throws RemediationError `plan_invalid`, `plan_expired`, `plan_stale`
 */
function approve(
  { planId, person }: ActionRequest,
  mode: "ask" | "confirm",
  check: (purpose: Purpose, token: string) => TokenProblem | undefined,
): Approval | "ask" | "plan_required" | "declined" {
  const assert = (purpose: Purpose, token: string): void => {
    const found = check(purpose, token);
    if (found) throw problem(found);
  };
  if (person?.state !== undefined) {
    assert("question", person.state);
    return person.approved === true ? "person" : "declined";
  }
  if (planId !== undefined) assert("plan", planId);
  if (mode === "confirm") return planId === undefined ? "confirm" : "plan";
  if (person) return "ask";
  return planId === undefined ? "plan_required" : "plan";
}

function problem(found: TokenProblem): RemediationError {
  switch (found) {
    case "malformed":
    case "other_request":
      return new RemediationError(
        "plan_invalid",
        "This plan_id is not of a plan for this caller, cluster, tool and arguments. Call without plan_id to make one.",
      );
    case "expired":
      return new RemediationError(
        "plan_expired",
        `The plan is older than ${PLAN_SECONDS / 60} minutes. Make a new one.`,
      );
    case "other_state":
      return new RemediationError(
        "plan_stale",
        "The object or what stands around it has changed since the plan was made. Make a new one.",
      );
  }
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
