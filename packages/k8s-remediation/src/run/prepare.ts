import {
  ClusterError,
  collect,
  type Gap,
  type KubeObject,
  type Precondition,
  RESOURCES,
  type ResourceKey,
} from "@k8s-ops/k8s-cluster";
import { refOf, type TemplateChange } from "@k8s-ops/k8s-diagnostics/kube";
import type { Action, Before, FieldChange, Planned, Undo } from "../action.ts";
import { RemediationError } from "../errors.ts";
import { blastRadius } from "../plans/blast-radius.ts";
import { intentDigest } from "../plans/digest.ts";
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
    now: new Date(at).toISOString(),
    seed: head.nonce.toString("hex").slice(0, 6),
  };
  const outcome = action.plan(input, before);
  if ("unchanged" in outcome) return { unchanged: outcome.unchanged, target };
  const intended = "refused" in outcome ? NOTHING : withoutRedo(outcome, request);
  const { uid = "", resourceVersion = "" } = target.metadata;
  const precondition = { uid, resourceVersion };
  const tried = await dryRun(writer, intended, target, precondition, signal);
  const planned = { ...intended, undo: asStored(intended.undo, tried.expected) };
  const judged = judge({
    action: action.id,
    target,
    planned,
    objects: snapshot.objects,
    rules,
    caller: request.caller,
    entries,
    ...(ownPod && { ownPod }),
    now: at,
    isUndo: request.undoes !== undefined,
  });
  const verdicts = withOverrides(
    [
      ...("refused" in outcome
        ? [{ code: outcome.refused, verdict: "refuse", message: outcome.message } as const]
        : []),
      // Of a plan that there is not, nothing passes.
      ...judged.filter(({ verdict }) => !("refused" in outcome) || verdict !== "pass"),
      ...unread(snapshot.gaps, planned.ends.length > 0 || tried.changes.some(isFewer)),
      ...tried.verdicts,
    ],
    request,
    rules.overrides,
  );
  return {
    before,
    planned,
    precondition,
    ...(tried.expected && { expected: intentDigest(tried.expected) }),
    state: {
      uid,
      intent: intentDigest(target),
      facts: planned.facts,
      evicts: planned.writes.flatMap((write) => (write.verb === "evict" ? [write.uid] : [])).sort(),
      verdicts: verdicts.flatMap(({ code, verdict }) => (verdict === "pass" ? [] : [`${verdict} ${code}`])),
    },
    plan: {
      summary: planned.summary,
      object: refOf(target),
      changes: tried.changes,
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
  return { ...planned, undo: { by: "nothing", why: "Call the tool of the action again to do it again." } };
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

/** Guard rails that could not see what they judge by must not look as if they had nothing against it. */
function unread(gaps: readonly Gap[], endsPods: boolean): readonly Verdict[] {
  const [first] = gaps;
  if (!first) return [];
  const message = `Could not be read: ${gaps.map(({ resource, reason }) => `${resource} (${reason})`).join(", ")}.`;
  const matters = endsPods && gaps.some(({ resource }) => GUARDING.has(resource));
  if (!matters) return [{ code: "not_checked", verdict: "warn", message }];
  return [{ code: "not_checked", verdict: "refuse", message, override: "call" }];
}

/** Which Pods end by it is known only where they can be read. */
function isFewer({ path, before, after }: TemplateChange): boolean {
  return path === "spec.replicas" && Number(after) < Number(before);
}

const GUARDING: ReadonlySet<string> = new Set(["pods", "podDisruptionBudgets"]);

function withOverrides(
  verdicts: readonly Verdict[],
  { overrides }: ActionRequest,
  permitted: ReadonlySet<string>,
): readonly Verdict[] {
  return verdicts.map((verdict): Verdict => {
    if (verdict.verdict !== "refuse" || verdict.override !== "call" || !overrides.includes(verdict.code)) {
      return verdict;
    }
    if (permitted.has(verdict.code)) {
      return { code: verdict.code, verdict: "warn", message: `Overridden: ${verdict.message}` };
    }
    const message = `${verdict.message} The policy does not permit this caller to override it.`;
    return { ...verdict, message };
  });
}

function undoText({ undo }: Planned): string {
  return undo.by === "nothing"
    ? `Irreversible: ${undo.why}`
    : "remediate_undo with the action_id of the result takes it back, unless the object was changed since.";
}
