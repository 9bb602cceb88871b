import type { AccessRequest, Place } from "./access.ts";
import { type Grant, grantsOf, permitsContext } from "./decide.ts";
import { isNamespace, matchesAny } from "./names.ts";
import type { ActionBudget, ApprovalMode, Policy, Role } from "./policy/schema.ts";

/** Protected while a policy names none. Specification, section 4; the server adds its own namespace. */
export const DEFAULT_PROTECTED_NAMESPACES: readonly string[] = [
  "kube-system",
  "kube-public",
  "kube-node-lease",
];

const DEFAULT_COOL_DOWN_SECONDS = 30;

const DEFAULT_BUDGET: WriteBudget = { scope: "caller", actions: 20, windowSeconds: 600, rule: "default" };

const STRICTEST_FIRST = ["never", "ask", "confirm"] as const satisfies readonly ApprovalMode[];

export interface WriteRequest extends Pick<AccessRequest, "principal" | "tool"> {
  /**
   * Where the write goes: only roles that permit it there count. Absent: every role that permits the tool anywhere, so
   * that overrides of a role for one namespace are told for all.
   */
  readonly place?: Place;
}

/** At most `actions` writes within any `windowSeconds`, counted for each caller or for all together. */
export interface WriteBudget extends ActionBudget {
  readonly scope: "caller" | "all";
  /** The place in the policy, such as `roles.operator.budget`. */
  readonly rule: string;
}

/** What a policy says about the writes of one caller with one tool. */
export interface WriteRules {
  readonly approval: ApprovalMode;
  /** All of them hold. */
  readonly budgets: readonly WriteBudget[];
  /** Codes of refusals that the caller may override. */
  readonly overrides: ReadonlySet<string>;
  /** How long an object is left alone after a write. 0: not at all. */
  readonly coolDownSeconds: number;
  /** True, too, for what is not the name of a namespace. */
  isProtected(namespace: string): boolean;
}

/**
 * The rules for a caller's writes with a tool. Pure; specification, sections 4 and 6.
 *
 * Of several roles that permit the tool, the strictest approval holds, every budget, and the overrides of all. When none
 * does, approval is `never`.
 */
export function writeRules(policy: Policy, request: WriteRequest): WriteRules {
  const grants = grantsAt(policy, request);
  const protectedNamespaces = policy.protectedNamespaces ?? DEFAULT_PROTECTED_NAMESPACES;
  return {
    approval: approvalOf(policy, grants),
    budgets: budgetsOf(policy, grants),
    overrides: new Set(grants.flatMap(({ role }) => role.overrides ?? [])),
    coolDownSeconds: policy.coolDownSeconds ?? DEFAULT_COOL_DOWN_SECONDS,
    isProtected: (namespace) => !isNamespace(namespace) || matchesAny(protectedNamespaces, namespace),
  };
}

function grantsAt(policy: Policy, { principal, tool, place }: WriteRequest): readonly Grant[] {
  const grants = grantsOf(policy, { principal, tool });
  if ("allowed" in grants) return [];
  if (!place) return grants;
  return grants.filter(
    ({ role }) => permitsContext(role, place.context) && permitsNamespace(role, place.namespace),
  );
}

function permitsNamespace({ namespaces }: Role, namespace: string | undefined): boolean {
  if (namespaces === undefined) return true;
  return namespace !== undefined && isNamespace(namespace) && matchesAny(namespaces, namespace);
}

function approvalOf(policy: Policy, grants: readonly Grant[]): ApprovalMode {
  const modes = grants.map(({ role }) => role.approval ?? policy.approval ?? "ask");
  return STRICTEST_FIRST.find((mode) => modes.includes(mode)) ?? "never";
}

function budgetsOf(policy: Policy, grants: readonly Grant[]): readonly WriteBudget[] {
  const own = grants.flatMap(({ name, role }): readonly WriteBudget[] =>
    role.budget ? [{ scope: "caller", ...role.budget, rule: `roles.${name}.budget` }] : [],
  );
  const budgets: readonly WriteBudget[] = policy.budget
    ? [...own, { scope: "all", ...policy.budget, rule: "budget" }]
    : own;
  return budgets.length > 0 ? budgets : [DEFAULT_BUDGET];
}
