import { ClusterError, collect, RESOURCES, type ResourceKey, type Snapshot } from "@k8s-ops/k8s-cluster";
import type { Action, Before, Planned, Refused } from "../action.ts";
import { RemediationError } from "../errors.ts";
import type { Entry } from "../ledger/entry.ts";
import { intentDigest } from "../plans/digest.ts";
import type { PlanHead } from "../plans/token.ts";
import type { ActionRequest, RunDeps } from "./deps.ts";
import { dryRun } from "./dry-run.ts";
import { asStored, type Prepared, preparedOf } from "./prepared.ts";
import { verdictsOn } from "./verdicts.ts";

export type Preparation<K extends ResourceKey> = { readonly unchanged: string } | Prepared<K>;

const NOTHING: Planned = {
  summary: "",
  writes: [],
  facts: {},
  undo: { by: "nothing", why: "Nothing would be done." },
  ends: [],
};

/** What an action refuses because the call cannot mean anything, whatever else holds. */
const MISTAKES: ReadonlySet<string> = new Set([
  "invalid_image",
  "unknown_container",
  "invalid_amount",
  "revision_not_found",
]);

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
  deps: RunDeps,
): Promise<Preparation<K>> {
  const { cluster, rules, ownPod, now = Date.now } = deps;
  const { before, snapshot, entries } = await readBefore(action, input, head, request, deps);
  const { target } = before;
  const outcome = action.plan(input, before);
  if ("unchanged" in outcome) return outcome;
  assertMeant(outcome);
  if (request.requiredIntent !== undefined && request.requiredIntent !== intentDigest(target)) {
    throw drifted(request);
  }
  const intended = "refused" in outcome ? NOTHING : withoutRedo(outcome, request);
  const { uid = "", resourceVersion = "" } = target.metadata;
  const tried = await dryRun(cluster.writer, intended, target, { uid, resourceVersion }, request.signal);
  const planned = { ...intended, undo: asStored(intended.undo, target, tried.expected) };
  const situation = {
    action: action.id,
    target,
    planned,
    objects: before.objects,
    gaps: snapshot.gaps,
    rules,
    caller: request.caller,
    entries,
    ...(ownPod && { ownPod }),
    now: now(),
    isUndo: request.undoes !== undefined,
  };
  const prepared = preparedOf(
    before,
    planned,
    tried,
    verdictsOn(outcome, situation, tried.verdicts, request),
  );
  const { requiredResult } = request;
  if (
    requiredResult !== undefined &&
    prepared.expected !== undefined &&
    requiredResult !== prepared.expected
  ) {
    throw historyChanged(request);
  }
  return prepared;
}

async function readBefore<K extends ResourceKey, Input>(
  action: Action<K, Input>,
  input: Input,
  head: PlanHead,
  { signal }: ActionRequest,
  { cluster: { reader, writer, ledger } }: RunDeps,
): Promise<{ before: Before<K>; snapshot: Snapshot; entries: readonly Entry[] }> {
  const key = action.target(input);
  const target = await writer.get(key, signal);
  if (!target) throw missing(key);
  const list = action.history?.(input, target);
  const history = list ? await writer.list(list, signal) : [];
  const [snapshot, entries] = await Promise.all([
    collect(reader, action.needs(input, history), { signal }),
    ledger.read(),
  ]);
  const before = {
    target,
    history,
    objects: snapshot.objects,
    // Of the plan: what it writes must be the same when it is carried out.
    now: new Date(head.issuedAt * 1000).toISOString(),
    seed: head.nonce.toString("hex").slice(0, 6),
  };
  return { before, snapshot, entries };
}

function assertMeant(outcome: Planned | Refused): void {
  if ("refused" in outcome && MISTAKES.has(outcome.refused)) {
    throw new RemediationError("invalid_arguments", outcome.message);
  }
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
