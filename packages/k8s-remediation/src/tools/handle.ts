import {
  assertNamespace,
  assertObjectName,
  type ObjectRef,
  RESOURCES,
  type ResourceKey,
  redactText,
} from "@k8s-ops/k8s-cluster";
import { type Diagnosis, diagnoseObject, type TargetName } from "@k8s-ops/k8s-diagnostics";
import { type CallContext, InputRequired } from "@k8s-ops/mcp-contract";
import type { Action } from "../action.ts";
import { RemediationError } from "../errors.ts";
import type { WriteRules } from "../ledger/rules.ts";
import type { Plan } from "../plans/plan.ts";
import { OVERRIDABLE_CODES } from "../preconditions/index.ts";
import type { ActionCluster, ActionRequest, Person, RunDeps } from "../run/deps.ts";
import { type RunResult, runAction } from "../run.ts";
import type { RemediateDeps } from "./deps.ts";
import { renderPlan } from "./render.ts";
import { type ActionResult, type Called, notDone, success, unchanged } from "./result.ts";
import { withShortValues } from "./shrink.ts";

/** Arguments that every remediate tool takes. */
export interface CommonArguments {
  readonly reason?: string | undefined;
  readonly confirm?: boolean | undefined;
  readonly plan_id?: string | undefined;
  readonly override?: readonly string[] | undefined;
  readonly context?: string | undefined;
}

/** Runs an action for a tool, asks the person behind the client where that is to be done, and tells what came of it. */
export async function handleAction<K extends ResourceKey, Input>(
  tool: string,
  action: Action<K, Input>,
  input: Input,
  args: CommonArguments,
  call: CallContext,
  deps: RemediateDeps,
): Promise<ActionResult> {
  const { resource, namespace, name } = action.target(input);
  if (RESOURCES[resource].namespaced) assertNamespace(namespace);
  assertObjectName(name, "name");
  const run = await openRun(tool, namespace, args, call, deps);
  const result = await runAction(action, input, run.request, run.deps);
  return resultOf(run, result);
}

export interface Run {
  readonly called: Called;
  readonly request: ActionRequest;
  readonly deps: RunDeps;
}

/** What a call brings along. @throws RemediationError `invalid_arguments`; and what opening the cluster throws */
export async function openRun(
  tool: string,
  namespace: string,
  args: CommonArguments,
  call: CallContext,
  deps: RemediateDeps,
  undone?: string,
): Promise<Run> {
  const { reason, confirm = false, plan_id, override = [], context, ...names } = args;
  const unknown = override.filter((code) => !OVERRIDABLE_CODES.has(code));
  if (unknown.length > 0) {
    throw new RemediationError(
      "invalid_arguments",
      `override takes codes of guard rails that a call can override: ${[...OVERRIDABLE_CODES].join(", ")}.`,
    );
  }
  const cluster = await deps.actionCluster(context, call);
  const where = {
    ...(namespace !== "" && { namespace }),
    ...(context !== undefined && { context }),
  };
  const planned = {
    ...names,
    ...(override.length > 0 && { override }),
    ...(context !== undefined && { context }),
  };
  const rulesOf = (each: string): WriteRules => deps.rules(call, { tool: each, ...where });
  const told = reason === undefined ? {} : { reason: redactText(reason) };
  return {
    called: { tool, cluster: cluster.writer.cluster.name, names, arguments: planned, ...told },
    request: {
      tool,
      arguments: planned,
      caller: call.principal.name,
      confirm,
      overrides: override,
      signal: call.signal,
      ...told,
      ...(plan_id !== undefined && { planId: plan_id }),
      ...personOf(call),
      ...progressOf(call),
    },
    deps: {
      cluster,
      // Opened with the first record: a plan needs none.
      audit: { append: async (record) => (await deps.audit()).append(record) },
      rules: undone === undefined ? rulesOf(tool) : strictest(rulesOf(tool), rulesOf(undone)),
      key: await deps.signingKey(),
      ...(deps.ownPod && { ownPod: deps.ownPod }),
      ...(deps.verifyMs !== undefined && { verifyMs: deps.verifyMs }),
    },
  };
}

/** Who takes an action back does what its tool does: the stricter of both holds. */
function strictest(a: WriteRules, b: WriteRules): WriteRules {
  return {
    ...a,
    approval: APPROVALS.find((mode) => mode === a.approval || mode === b.approval) ?? "never",
    overrides: new Set([...a.overrides].filter((code) => b.overrides.has(code))),
    isProtected: (namespace) => a.isProtected(namespace) || b.isProtected(namespace),
  };
}

const APPROVALS = ["never", "ask", "confirm"] as const satisfies readonly WriteRules["approval"][];

/**
 * What the tool answers.
 * @throws InputRequired when the person behind the client is to be asked
 */
export async function resultOf({ called, deps: { cluster } }: Run, result: RunResult): Promise<ActionResult> {
  switch (result.status) {
    case "unchanged":
      return unchanged(called, result.message);
    case "planned":
      return notDone(called, result);
    case "question":
      throw new InputRequired({
        key: QUESTION,
        message: questionText(called, result.plan),
        schema: QUESTION_SCHEMA,
        state: result.state,
      });
    case "done": {
      const worked = result.verification.verified === true;
      return success(called, result, worked ? undefined : await diagnose(cluster, result.subject));
    }
  }
}

const QUESTION = "approval";
const APPROVE = "approve";

const QUESTION_SCHEMA = {
  type: "object",
  properties: {
    [APPROVE]: { type: "boolean", title: "Approve", description: "Carry this plan out", default: false },
  },
  required: [APPROVE],
} as const;

/** A question has to fit into one message, and nothing of it may be cut: values are shortened, fields are not left out. */
const QUESTION_CHARACTERS = 6_000;

function questionText({ tool, cluster, reason }: Called, plan: Plan): string {
  const { plan_id: _, ...shown } = withShortValues({ ...plan, passed: [] }, QUESTION_CHARACTERS);
  const why = reason === undefined ? [] : [`Reason given by the agent: ${JSON.stringify(reason)}`];
  return [`${tool} on cluster ${cluster}.`, ...renderPlan(shown), ...why].join("\n");
}

function personOf({ elicitation }: CallContext): { readonly person?: Person } {
  if (!elicitation) return {};
  const { answers, state } = elicitation;
  if (state === undefined) return { person: {} };
  const answer = answers.get(QUESTION);
  return { person: { state, approved: answer?.action === "accept" && answer.content[APPROVE] === true } };
}

function progressOf({ progress }: CallContext): Pick<ActionRequest, "progress"> {
  let told = 0;
  return progress ? { progress: (message) => progress(++told, undefined, message) } : {};
}

const DIAGNOSED = [
  "Pod",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "Job",
  "CronJob",
  "Node",
] as const satisfies readonly TargetName[];

/** What keeps an object from becoming well, where that can be asked; never throws. */
async function diagnose({ reader }: ActionCluster, object: ObjectRef): Promise<Diagnosis | undefined> {
  const kind = DIAGNOSED.find((each) => each === object.kind);
  return kind && diagnoseObject(reader, { ...object, kind }).catch(() => undefined);
}
