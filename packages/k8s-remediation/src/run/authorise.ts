import { ClusterError, type ResourceKey } from "@k8s-ops/k8s-cluster";
import type { Action } from "../action.ts";
import { RemediationError } from "../errors.ts";
import type { Plan } from "../plans/plan.ts";
import {
  actionId,
  headOf,
  mintToken,
  newHead,
  PLAN_SECONDS,
  type PlanHead,
  type Purpose,
  tokenProblem,
} from "../plans/token.ts";
import { approve, tokenError } from "./approval.ts";
import { type Entered, enter, spend } from "./commit.ts";
import type { ActionRequest, RunDeps } from "./deps.ts";
import { prepare } from "./prepare.ts";
import type { Prepared } from "./prepared.ts";
import { planUsed } from "./reserve.ts";

/** What a call comes to that writes nothing. */
export type NotWritten =
  | { readonly status: "unchanged"; readonly message: string }
  /** Not confirmed, not approved, or guard rails refuse. */
  | {
      readonly status: "planned";
      readonly plan: Plan;
      readonly why: "unconfirmed" | "plan_required" | "declined";
    }
  /** The person behind the client is to be asked; `state` comes back with the answer. */
  | { readonly status: "question"; readonly plan: Plan; readonly state: string };

/** A plan that was approved and entered into the ledger and the audit log: it may be written now. */
export interface Authorised<K extends ResourceKey> {
  readonly status: "authorised";
  readonly prepared: Prepared<K>;
  readonly plan: Plan;
  readonly ticket: Entered;
}

/**
 * All that comes before the write. @throws RemediationError why it must not be made; ClusterError
 */
export async function authorise<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  request: ActionRequest,
  deps: RunDeps,
): Promise<NotWritten | Authorised<K>> {
  const { rules, now = Date.now } = deps;
  const presented = request.confirm ? (request.person?.state ?? request.planId) : undefined;
  const head = presented === undefined ? newHead(now()) : headOf(presented);
  if (!head) throw tokenError("malformed");
  if (presented !== undefined) await assertUnused(head, deps);
  const prepared = await prepare(action, input, head, request, deps);
  if ("unchanged" in prepared) {
    // Another replica may have carried the plan out meanwhile.
    if (presented !== undefined) await assertUnused(head, deps);
    return { status: "unchanged", message: prepared.unchanged };
  }
  const sign = (purpose: Purpose): string =>
    mintToken(deps.key, head, planRequest(purpose, request, deps), prepared.state);
  const plan = planOf(prepared, head, sign);
  if (!request.confirm) return { status: "planned", plan, why: "unconfirmed" };
  if (plan.refused.length > 0) throw refusal(plan);
  const approval = approve(request, rules.approval, (purpose, token) =>
    tokenProblem(deps.key, token, planRequest(purpose, request, deps), prepared.state, now()),
  );
  if (approval === "ask") return { status: "question", plan, state: sign("question") };
  if (approval === "plan_required") return { status: "planned", plan, why: approval };
  const ticket = { id: actionId(head), planId: sign("plan") };
  if (approval === "declined") {
    await spend(prepared, ticket, request, deps);
    return { status: "planned", plan, why: approval };
  }
  if (request.signal.aborted) throw new ClusterError("cancelled", "The call was cancelled before the write.");
  return {
    status: "authorised",
    prepared,
    plan,
    ticket: await enter(prepared, { ...ticket, approval }, request, deps),
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

function refusal({ refused }: Plan): RemediationError {
  const codes = refused.map(({ code }) => code);
  const reasons = refused.map(
    ({ code, message, override }) =>
      `[${code}] ${message}${override === undefined ? "" : ` Way out: ${override}`}`,
  );
  return new RemediationError("precondition_failed", `Nothing was written. ${reasons.join(" ")}`, { codes });
}
