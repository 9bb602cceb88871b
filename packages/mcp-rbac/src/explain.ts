import type { AccessRequest } from "./access.ts";
import { decide } from "./decide.ts";
import { policyWarnings } from "./policy/check.ts";
import type { ActionBudget, Policy, Role } from "./policy/schema.ts";
import { DEFAULT_PROTECTED_NAMESPACES, type WriteBudget, writeRules } from "./write-rules.ts";

/** Tools that write are named so. */
const WRITES = "remediate_";

/**
 * The text of `policy check FILE`: what the policy says, then its warnings.
 *
 * @param tools the names of the server's tools, to find permissions that match none
 */
export function explainPolicy(policy: Policy, tools?: readonly string[]): string {
  const warnings = policyWarnings(policy, tools);
  return [
    `policy: ${policy.source}`,
    ...general(policy),
    ...[...policy.roles].flatMap(([name, role]) => [`role ${name}`, ...describeRole(role)]),
    ...members("user", policy.users),
    ...members("group", policy.groups),
    warnings.length === 0 ? "no warnings" : `warnings: ${warnings.length}`,
    ...warnings.map((warning) => `  ${warning}`),
  ].join("\n");
}

/** The text of `policy explain`: allowed or denied, the rule that decided, and the limits that hold. */
export function explainDecision(policy: Policy, request: AccessRequest): string {
  const decision = decide(policy, request);
  const { principal, namespaces = [], context } = request;
  const call = [
    `user: ${principal.name}`,
    ...(principal.groups?.length ? [`groups: ${principal.groups.join(", ")}`] : []),
    `tool: ${request.tool}`,
    `namespace: ${namespaces.length > 0 ? namespaces.join(", ") : "(none named)"}`,
    ...(context === undefined ? [] : [`context: ${context}`]),
    `policy: ${policy.source}`,
  ];
  if (!decision.allowed) {
    return [
      "denied",
      `why: ${decision.message}`,
      `rule: ${decision.rule} (${decision.reason})`,
      ...call,
    ].join("\n");
  }
  const limit = decision.scope?.namespaces.join(", ") ?? "all";
  return [
    "allowed",
    `rule: ${decision.rule}`,
    `limited to namespaces: ${limit}`,
    ...(request.tool.startsWith(WRITES) ? writes(policy, request) : []),
    ...call,
  ].join("\n");
}

/** What holds for the write asked about: at the one namespace that was named, else wherever the caller may write. */
function writes(policy: Policy, { principal, tool, namespaces = [], context }: AccessRequest) {
  const [namespace] = namespaces;
  const place = { ...(namespace !== undefined && { namespace }), ...(context !== undefined && { context }) };
  const at = namespaces.length === 1 ? { place } : {};
  const { approval, budgets, overrides, coolDownSeconds } = writeRules(policy, { principal, tool, ...at });
  return [
    `approval: ${approval}`,
    ...budgets.map(
      (budget) => `budget: ${describeBudget(budget)} for ${countedFor(budget)} (${budget.rule})`,
    ),
    `overrides: ${listed([...overrides])}`,
    `cool-down of an object: ${coolDownSeconds} s`,
    `protected namespaces: ${listed(policy.protectedNamespaces ?? DEFAULT_PROTECTED_NAMESPACES)}`,
  ];
}

function countedFor({ scope }: WriteBudget): string {
  return scope === "all" ? "all callers together" : "this caller";
}

function general({ approval, budget, coolDownSeconds, protectedNamespaces }: Policy): readonly string[] {
  return [
    ...(approval ? [`approval: ${approval}`] : []),
    ...(budget ? [`budget: ${describeBudget(budget)}`] : []),
    ...(coolDownSeconds === undefined ? [] : [`cool-down of an object: ${coolDownSeconds} s`]),
    ...(protectedNamespaces ? [`protected namespaces: ${listed(protectedNamespaces)}`] : []),
  ];
}

function describeRole({
  permissions,
  deny,
  namespaces,
  contexts,
  approval,
  budget,
  overrides,
}: Role): readonly string[] {
  return [
    `  permits: ${listed(permissions)}`,
    ...(deny.length > 0 ? [`  denies: ${listed(deny)}`] : []),
    `  namespaces: ${namespaces ? listed(namespaces) : "all"}`,
    ...(contexts ? [`  contexts: ${listed(contexts)}`] : []),
    ...(approval ? [`  approval: ${approval}`] : []),
    ...(budget ? [`  budget: ${describeBudget(budget)}`] : []),
    ...(overrides ? [`  overrides: ${listed(overrides)}`] : []),
  ];
}

function describeBudget({ actions, windowSeconds }: ActionBudget): string {
  return `${actions} actions in ${windowSeconds} s`;
}

function members(kind: string, entries: Policy["users"]): readonly string[] {
  return [...entries].map(([name, role]) => `${kind} ${name}: ${role ?? "(no role)"}`);
}

function listed(names: readonly string[]): string {
  return names.length > 0 ? names.join(", ") : "(none)";
}
