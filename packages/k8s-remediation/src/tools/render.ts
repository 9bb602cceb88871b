import type { TemplateChange } from "@k8s-ops/k8s-diagnostics/kube";
import type { Plan, ToldVerdict } from "../plans/plan.ts";
import type { ActionResult, ReadyCall } from "./result.ts";

const PUBLISHED: ReadonlySet<string> = new Set([
  "cluster",
  "action",
  "status",
  "message",
  "reason",
  "plan",
  "next",
  "verified",
  "observed",
  "diagnosis",
  "action_id",
  "undo",
  "changes",
  "warnings",
  "truncated",
]);

/** The facts of a result as text. Values of fields come from the cluster and stand in quotes. */
export function renderResult(result: ActionResult): string {
  const { status, action, cluster, message, reason, plan, next, warnings = [], truncated } = result;
  const fields = Object.entries(result).filter(([key]) => !PUBLISHED.has(key));
  return [
    `${action}: ${status} (cluster ${cluster}). ${message}`,
    ...fields.map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
    ...(reason === undefined ? [] : [`reason: ${JSON.stringify(reason)}`]),
    ...(plan ? renderPlan(plan) : []),
    ...(next ? [`To carry it out: ${renderCall(next)}`] : []),
    ...renderEffect(result),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...(truncated === undefined ? [] : [truncated]),
  ].join("\n");
}

/** A plan as a person reads it before approving it. */
export function renderPlan(plan: Plan): readonly string[] {
  const { replicas, pods_ending, pods = [], budgets = [] } = plan.blast_radius;
  const more = pods_ending > pods.length ? ", …" : "";
  return [
    ...(plan.summary === "" ? [] : [`Plan: ${plan.summary}`]),
    ...plan.changes.map(renderChange),
    ...(plan.more_changes === undefined
      ? []
      : [`  and ${plan.more_changes} more fields, which are not shown`]),
    ...(replicas ? [`  replicas: ${replicas.ready} of ${replicas.desired} ready`] : []),
    ...(pods_ending > 0 ? [`  Pods that end at once (${pods_ending}): ${pods.join(", ")}${more}`] : []),
    ...budgets.map(
      ({ name, disruptions_allowed }) =>
        `  PodDisruptionBudget ${name} allows ${disruptions_allowed} disruptions now`,
    ),
    ...plan.refused.map((verdict) => `  refused ${renderVerdict(verdict)}`),
    ...plan.warnings.map((verdict) => `  warning ${renderVerdict(verdict)}`),
    ...(plan.passed.length > 0 ? [`  nothing against it: ${plan.passed.join(", ")}`] : []),
    ...(plan.undo === "" ? [] : [`  ${plan.undo}`]),
    ...(plan.plan_id === undefined ? [] : [`  plan_id: ${plan.plan_id}, until ${plan.expires_at}`]),
  ];
}

export function renderCall({ tool, arguments: given }: ReadyCall): string {
  return `${tool} ${JSON.stringify(given)}`;
}

function renderVerdict({ code, message, override }: ToldVerdict): string {
  return `[${code}] ${message}${override === undefined ? "" : ` Way out: ${override}`}`;
}

function renderChange({ path, before, after }: TemplateChange): string {
  return `  ${shownPath(path)}: ${shown(before)} → ${shown(after)}`;
}

/** Names of variables and annotations may hold anything: what does not look like a path is quoted. */
function shownPath(path: string): string {
  return /^[\w.$/[\]-]{1,200}$/.test(path) ? path : JSON.stringify(path);
}

function shown(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}

function renderEffect({ verified, observed, diagnosis, action_id, undo, changes = [] }: ActionResult) {
  if (verified === undefined) return [];
  return [
    ...changes.map(renderChange),
    `verified: ${verified}${observed === undefined ? "" : `: ${observed}`}`,
    ...(diagnosis
      ? [
          `diagnosis: ${diagnosis.state}`,
          ...diagnosis.causes.map(({ code, title }) => `  cause: ${title} [${code}]`),
        ]
      : []),
    `action_id: ${action_id}`,
    `undo: ${typeof undo === "object" ? renderCall(undo) : undo}`,
  ];
}
