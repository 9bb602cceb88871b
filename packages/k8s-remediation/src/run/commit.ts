import type { ClusterWriter, Precondition, ResourceKey } from "@k8s-ops/k8s-cluster";
import type { Action } from "../action.ts";
import { type Applied, type ApplyOptions, applyPlan } from "../apply/apply.ts";
import { isEviction } from "../apply/evict.ts";
import { type Found, findOutcome, mayHaveHappened, outcomeBy, toldAsUnknown } from "../apply/outcome.ts";
import { describeWrite } from "../apply/write.ts";
import { RemediationError } from "../errors.ts";
import type { ActionOutcome, Entry } from "../ledger/entry.ts";
import { intentDigest } from "../plans/digest.ts";
import type { ActionRequest, Approval, RunDeps } from "./deps.ts";
import type { Prepared } from "./prepared.ts";
import { reservation, settlement } from "./reserve.ts";

const VERIFY_MS = 45_000;
/** Writes themselves, beside waiting for budgets. */
const WRITE_MS = 30_000;
/** How long a write without an answer is looked for. */
const LOST_MS = 10_000;

export interface Committed {
  readonly applied: Applied;
  /** What could not be recorded after the write. */
  readonly warnings: readonly string[];
}

export interface Ticket {
  readonly id: string;
  readonly planId: string;
}

/** A ticket that both records of the intent are stored for. */
export interface Entered extends Ticket {
  readonly approval: Approval;
  readonly entry: Entry;
}

export function verifyMsOf({ verifyMs = VERIFY_MS }: Pick<RunDeps, "verifyMs">): number {
  return verifyMs;
}

/**
 * Enters an approved plan into the ledger and the audit log. Without both nothing may be written.
 * @throws RemediationError what {@link reservation} throws; `audit_unavailable`
 */
export async function enter(
  prepared: Prepared,
  ticket: Ticket & Pick<Entered, "approval">,
  request: ActionRequest,
  deps: RunDeps,
): Promise<Entered> {
  const { cluster, audit, rules, now = Date.now } = deps;
  const started = now();
  const until = started + WRITE_MS + verifyMsOf(deps);
  const entry = entryOf(prepared, ticket, request, { at: started, until });
  const overridden = new Set(request.overrides.filter((code) => rules.overrides.has(code)));
  await cluster.ledger.update(reservation(entry, rules, overridden));
  const entered = { ...ticket, entry };
  try {
    await audit.append(intentOf(prepared, entered, request, cluster.writer.cluster.name));
    return entered;
  } catch (error) {
    await cluster.ledger.update(settlement(ticket.id, { outcome: "not_applied" })).catch(() => {});
    throw auditUnavailable(error);
  }
}

/** Uses a plan up that was declined: nobody else may approve it. @throws RemediationError `ledger_unavailable` */
export async function spend(
  prepared: Prepared,
  ticket: Ticket,
  request: ActionRequest,
  { cluster, now = Date.now }: RunDeps,
): Promise<void> {
  const at = now();
  const entry: Entry = { ...entryOf(prepared, ticket, request, { at, until: at }), outcome: "not_applied" };
  await cluster.ledger.update((entries) =>
    entries.some(({ id }) => id === entry.id) ? entries : [...entries, entry],
  );
}

/**
 * Writes what was entered, and records the outcome. The caller's signal counts no more: what is begun is finished.
 * @throws ClusterError when the write was refused, or when nobody knows what became of it; RemediationError `plan_stale`
 */
export async function carryOut<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  prepared: Prepared<K>,
  { entry }: Entered,
  request: ActionRequest,
  deps: RunDeps,
): Promise<Committed> {
  const { cluster, audit, now = Date.now } = deps;
  const settle = async (outcome: ActionOutcome, change: Partial<Entry> = {}): Promise<void> =>
    cluster.ledger.update(settlement(entry.id, { outcome, ...change }));
  const warnings: string[] = [];
  const afterwards = async (what: string, record: () => Promise<void>): Promise<void> => {
    await record().catch(() => warnings.push(`${what} could not be stored; the write itself is done.`));
  };
  const applying: ApplyOptions = {
    dryRun: false,
    now,
    until: entry.at + verifyMsOf(deps),
    reread: () => reread(action, input, prepared, deps),
    ...(request.progress && { progress: request.progress }),
  };
  try {
    const applied = await applyPlan(cluster.writer, prepared.planned, prepared.precondition, applying);
    const { target } = applied;
    await Promise.all([
      afterwards("The outcome in the ledger", () =>
        settle("success", target ? { expected: intentDigest(target) } : {}),
      ),
      afterwards("The outcome in the audit log", () =>
        audit.append({ event: "outcome", action_id: entry.id, outcome: "success" }),
      ),
    ]);
    return { applied, warnings };
  } catch (error) {
    const { outcome, ...found } = mayHaveHappened(error)
      ? await findOut(action, input, entry, error, deps)
      : ({ outcome: "not_applied" } as const);
    await settle(outcome, found).catch(() => {});
    const told = outcome === "not_applied" ? "failed" : outcome === "success" ? "success" : "unknown";
    const { code = "internal_error", message = "" } = error as { code?: string; message?: string };
    await audit
      .append({ event: "outcome", action_id: entry.id, outcome: told, code, message })
      .catch(() => {});
    if (outcome === "success") {
      const lost = `The API server's answer was lost: ${message}`;
      return { applied: await evictRest(prepared, cluster.writer, applying), warnings: [lost] };
    }
    throw outcome === "unknown" ? toldAsUnknown(error) : error;
  }
}

function entryOf(
  { planned, state, plan, expected }: Prepared,
  { id }: Ticket,
  { tool, caller, undoes }: ActionRequest,
  time: Pick<Entry, "at" | "until">,
): Entry {
  return {
    id,
    tool,
    caller,
    object: { ...plan.object, uid: state.uid },
    ...time,
    outcome: "started",
    before: state.intent,
    ...(expected !== undefined && { expected }),
    undo: planned.undo,
    ...(undoes !== undefined && { undoes: undoes.id }),
  };
}

function intentOf(
  { planned }: Prepared,
  { entry, planId, approval }: Entered,
  request: ActionRequest,
  cluster: string,
) {
  return {
    event: "intent",
    action_id: entry.id,
    plan_id: planId,
    caller: request.caller,
    tool: request.tool,
    cluster,
    object: entry.object,
    arguments: request.arguments,
    approval,
    ...(request.reason !== undefined && { reason: request.reason }),
    writes: planned.writes.map(describeWrite),
    deadline: new Date(entry.until).toISOString(),
  } as const;
}

/** After a conflict: the object as it is now, if people want the same of it as when the plan was made. */
async function reread<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  { state }: Prepared<K>,
  { cluster }: RunDeps,
): Promise<Precondition> {
  const target = await cluster.writer.get(action.target(input));
  const { uid = "", resourceVersion = "" } = target?.metadata ?? {};
  if (!target || uid !== state.uid || intentDigest(target) !== state.intent) {
    throw new RemediationError(
      "plan_stale",
      "The object was changed or made anew in the last moment; nothing was written. Make a new plan.",
    );
  }
  return { uid, resourceVersion };
}

/** What became of a write whose answer was lost. */
async function findOut<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  entry: Entry,
  error: unknown,
  deps: RunDeps,
): Promise<Found> {
  const { writer } = deps.cluster;
  const look = async (): Promise<Found> => {
    if (entry.undo.by !== "delete")
      return { outcome: outcomeBy(entry, await writer.get(action.target(input))) };
    const made = await writer.get(entry.undo.object);
    return made ? { outcome: "success", expected: intentDigest(made) } : { outcome: "not_applied" };
  };
  return findOutcome(error, look, Math.min(LOST_MS, verifyMsOf(deps)));
}

/** After a first write that turned out to be made, only a drain has more to do. */
async function evictRest<K extends ResourceKey>(
  { planned, precondition }: Prepared<K>,
  writer: ClusterWriter,
  options: ApplyOptions,
): Promise<Applied> {
  if (!planned.waitsForBudgets) return { left: [] };
  return applyPlan(writer, { ...planned, writes: planned.writes.filter(isEviction) }, precondition, options);
}

function auditUnavailable(error: unknown): RemediationError {
  const why = error instanceof Error ? ` ${error.message}` : "";
  return new RemediationError(
    "audit_unavailable",
    `Nothing is written, because the audit record cannot be stored.${why}`,
    { cause: error },
  );
}
