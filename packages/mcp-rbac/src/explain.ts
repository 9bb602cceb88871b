import type { AccessRequest } from "./access.ts";
import { decide } from "./decide.ts";
import { policyWarnings } from "./policy/check.ts";
import type { ActionBudget, Policy, Role } from "./policy/schema.ts";

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
  return ["allowed", `rule: ${decision.rule}`, `limited to namespaces: ${limit}`, ...call].join("\n");
}

function general({ approval, budget, protectedNamespaces }: Policy): readonly string[] {
  return [
    ...(approval ? [`approval: ${approval}`] : []),
    ...(budget ? [`budget: ${describeBudget(budget)}`] : []),
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
}: Role): readonly string[] {
  return [
    `  permits: ${listed(permissions)}`,
    ...(deny.length > 0 ? [`  denies: ${listed(deny)}`] : []),
    `  namespaces: ${namespaces ? listed(namespaces) : "all"}`,
    ...(contexts ? [`  contexts: ${listed(contexts)}`] : []),
    ...(approval ? [`  approval: ${approval}`] : []),
    ...(budget ? [`  budget: ${describeBudget(budget)}`] : []),
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
