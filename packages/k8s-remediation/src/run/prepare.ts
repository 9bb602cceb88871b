import {
  ClusterError,
  collect,
  type Gap,
  type KubeObject,
  type Precondition,
  RESOURCES,
  type ResourceKey,
} from "@k8s-ops/k8s-cluster";
import { refOf } from "@k8s-ops/k8s-diagnostics/kube";
import type { Action, Before, FieldChange, Planned, Undo } from "../action.ts";
import { RemediationError } from "../errors.ts";
import { blastRadius } from "../plans/blast-radius.ts";
import { digestOf, intentDigest } from "../plans/digest.ts";
import type { Plan, ToldVerdict } from "../plans/plan.ts";
import { valueAt } from "../plans/pointer.ts";
import type { PlanHead, PlanState } from "../plans/token.ts";
import { judge } from "../preconditions/index.ts";
import { overrideText, type Verdict } from "../preconditions/precondition.ts";
import type { ActionRequest, RunDeps } from "./deps.ts";
import { dryRun } from "./dry-run.ts";

/** A plan with all that carrying it out needs. */
export interface Prepared<K extends ResourceKey = ResourceKey> {
  readonly before: Before<K>;
  readonly planned: Planned;
  readonly plan: Omit<Plan, "plan_id" | "expires_at">;
  readonly state: PlanState;
  readonly precondition: Precondition;
  /** Digest of what people want of the object, as the dry run says it becomes. */
  readonly expected?: string;
}

export type Preparation<K extends ResourceKey> =
  | { readonly unchanged: string; readonly target: KubeObject }
  | Prepared<K>;

const NOTHING: Planned = {
  summary: "",
  writes: [],
  facts: {},
  undo: { by: "nothing", why: "Nothing would be done." },
  ends: [],
};

const MOST_CHANGES = 50;

/** What an action refuses because the call cannot mean anything, whatever else holds. */
const MISTAKES: ReadonlySet<string> = new Set([
  "invalid_image",
  "unknown_container",
  "invalid_amount",
  "revision_not_found",
]);

/** Warnings that come and go by themselves: that one is gone must not make a plan stale. */
const PASSING: ReadonlySet<string> = new Set(["rollout_in_progress", "disruption_budget"]);

/** For so long an undo gives back what was there although a guard rail that a call may override speaks against it. */
const FREE_UNDO_MS = 60 * 60 * 1000;

/** How often a plan is made anew when its object changes while it is made. */
const ATTEMPTS = 4;

/**
 * Reads, plans, asks every guard rail and tries the writes without storing them; anew when the object changes meanwhile.
 * @throws RemediationError `not_found`, `invalid_arguments`, `ledger_unavailable`
 * @throws ClusterError
 */
export async function prepare<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  head: PlanHead,
  request: ActionRequest,
  deps: RunDeps,
): Promise<Preparation<K>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await prepareOnce(action, input, head, request, deps);
    } catch (error) {
      const isOvertaken =
        error instanceof ClusterError && (error.code === "conflict" || error.code === "not_found");
      if (!isOvertaken || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function prepareOnce<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  head: PlanHead,
  request: ActionRequest,
  { cluster, rules, ownPod, now = Date.now }: RunDeps,
): Promise<Preparation<K>> {
  const { reader, writer, ledger } = cluster;
  const { signal } = request;
  const key = action.target(input);
  const target = await writer.get(key, signal);
  if (!target) throw missing(key);
  const list = action.history?.(input, target);
  const history = list ? await writer.list(list, signal) : [];
  const [snapshot, entries] = await Promise.all([
    collect(reader, action.needs(input, history), { signal }),
    ledger.read(),
  ]);
  const at = now();
  const before: Before<K> = {
    target,
    history,
    objects: snapshot.objects,
    // Of the plan: what it writes must be the same when it is carried out.
    now: new Date(head.issuedAt * 1000).toISOString(),
    seed: head.nonce.toString("hex").slice(0, 6),
  };
  const outcome = action.plan(input, before);
  if ("unchanged" in outcome) return { unchanged: outcome.unchanged, target };
  if ("refused" in outcome && MISTAKES.has(outcome.refused)) {
    throw new RemediationError("invalid_arguments", outcome.message);
  }
  const intent = intentDigest(target);
  if (request.requiredIntent !== undefined && request.requiredIntent !== intent) throw drifted(request);
  const intended = "refused" in outcome ? NOTHING : withoutRedo(outcome, request);
  const { uid = "", resourceVersion = "" } = target.metadata;
  const precondition = { uid, resourceVersion };
  const tried = await dryRun(writer, intended, target, precondition, signal);
  const planned = { ...intended, undo: asStored(intended.undo, tried.expected) };
  const expected = tried.expected && intentDigest(tried.expected);
  if (request.requiredResult !== undefined && expected !== undefined && request.requiredResult !== expected) {
    throw historyChanged(request);
  }
  const judged = judge({
    action: action.id,
    target,
    planned,
    objects: snapshot.objects,
    gaps: snapshot.gaps,
    rules,
    caller: request.caller,
    entries,
    ...(ownPod && { ownPod }),
    now: at,
    isUndo: request.undoes !== undefined,
  });
  const isBlind = judged.some(({ code }) => code === "not_checked");
  const refusal = "refused" in outcome ? [outcome] : [];
  const verdicts = withOverrides(
    [
      ...refusal.map(({ refused, message }) => ({ code: refused, verdict: "refuse", message }) as const),
      // Of a plan that there is not, nothing passes.
      ...[...judged, ...(isBlind ? [] : unread(snapshot.gaps)), ...tried.verdicts].filter(
        ({ verdict }) => refusal.length === 0 || verdict !== "pass",
      ),
    ],
    request,
    rules.overrides,
    at,
  );
  return {
    before,
    planned,
    precondition,
    ...(expected !== undefined && { expected }),
    state: {
      uid,
      intent,
      facts: planned.facts,
      effect: digestOf({ writes: planned.writes, expected }),
      evicts: planned.writes.flatMap((write) => (write.verb === "evict" ? [write.uid] : [])).sort(),
      verdicts: verdicts.flatMap(({ code, verdict }) =>
        verdict === "pass" || PASSING.has(code) ? [] : [`${verdict} ${code}`],
      ),
    },
    plan: {
      summary: planned.summary,
      object: refOf(target),
      changes: tried.changes.slice(0, MOST_CHANGES),
      ...(tried.changes.length > MOST_CHANGES && { more_changes: tried.changes.length - MOST_CHANGES }),
      blast_radius: blastRadius(target, planned, snapshot.objects),
      refused: verdicts.filter(({ verdict }) => verdict === "refuse").map(told),
      warnings: [
        ...verdicts.filter(({ verdict }) => verdict === "warn").map(told),
        ...(planned.warnings ?? []).map((message) => ({ code: "note", message })),
      ],
      passed: verdicts.filter(({ verdict }) => verdict === "pass").map(({ code }) => code),
      undo: undoText(planned),
    },
  };
}

/** The API server may write a value otherwise than it was given: a quantity of 1000m as 1. */
function asStored(undo: Undo, expected: KubeObject | undefined): Undo {
  if (undo.by !== "fields" || !expected) return undo;
  const changes = undo.changes.map(({ path, before }): FieldChange => {
    const after = valueAt(expected, path);
    return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  });
  return { ...undo, changes };
}

/** An undo is the end: taking it back in turn could go on for ever. */
function withoutRedo(planned: Planned, { undoes }: ActionRequest): Planned {
  if (undoes === undefined) return planned;
  return { ...planned, undo: { by: "nothing", why: "An undo is not undone; call the action's tool again." } };
}

function drifted({ undoes }: ActionRequest): RemediationError {
  return new RemediationError(
    "drifted",
    `The object was changed after ${undoes?.id ?? "the action"}, so that taking that back would also touch what came later. Look at it and change it with its own tool.`,
  );
}

function historyChanged({ undoes }: ActionRequest): RemediationError {
  return new RemediationError(
    "not_undoable",
    `The history of the object no longer holds what was there before ${undoes?.id ?? "the action"}. Look at it and change it with its own tool.`,
  );
}

function missing({ resource, namespace, name }: { resource: ResourceKey; namespace: string; name: string }) {
  const { kind } = RESOURCES[resource];
  const where = namespace === "" ? "" : ` in namespace ${namespace}`;
  return new RemediationError("not_found", `There is no ${kind} ${name}${where}. Check the name.`);
}

function told(verdict: Verdict): ToldVerdict {
  const override = overrideText(verdict);
  return { code: verdict.code, message: verdict.message, ...(override !== undefined && { override }) };
}

/** What could not be read, and which no guard rail of this plan judges by. */
function unread(gaps: readonly Gap[]): readonly Verdict[] {
  if (gaps.length === 0) return [];
  const message = `Could not be read: ${gaps.map(({ resource, reason }) => `${resource} (${reason})`).join(", ")}.`;
  return [{ code: "not_checked", verdict: "warn", message }];
}

function withOverrides(
  verdicts: readonly Verdict[],
  { overrides, undoes }: ActionRequest,
  permitted: ReadonlySet<string>,
  now: number,
): readonly Verdict[] {
  const isFree = undoes !== undefined && now - undoes.at < FREE_UNDO_MS;
  return verdicts.map((verdict): Verdict => {
    if (verdict.verdict !== "refuse" || verdict.override !== "call") return verdict;
    if (isFree) return { code: verdict.code, verdict: "warn", message: verdict.message };
    if (!overrides.includes(verdict.code)) return verdict;
    if (permitted.has(verdict.code)) {
      return { code: verdict.code, verdict: "warn", message: `Overridden: ${verdict.message}` };
    }
    const message = `${verdict.message} The policy does not permit this caller to override it.`;
    return { ...verdict, message };
  });
}

function undoText({ undo, writes }: Planned): string {
  if (writes.length === 0) return "";
  return undo.by === "nothing"
    ? `Irreversible: ${undo.why}`
    : "remediate_undo with the action_id of the result takes it back, unless the object was changed since.";
}
