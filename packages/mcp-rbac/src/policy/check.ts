import { isToolName, matches } from "../names.ts";
import type { Policy, Role } from "./schema.ts";

/**
 * What a valid policy probably did not mean, one sentence each: the built-in policy in force, roles that do not exist,
 * entries without effect.
 *
 * @param tools the names of the server's tools, to find permissions that match none
 */
export function policyWarnings(policy: Policy, tools?: readonly string[]): readonly string[] {
  return [
    ...(policy.source === "built-in"
      ? [
          "There is no policy file, so the built-in policy holds: the users admin, ops-team and dev-team. Write rbac_policy.yaml or name a file with --policy.",
        ]
      : []),
    ...(policy.users.size + policy.groups.size === 0
      ? ["There are neither users nor groups: nobody may call anything."]
      : []),
    ...(policy.protectedNamespaces?.length === 0
      ? [
          "protected_namespaces is empty: no namespace is protected. Remove it to protect those of the cluster.",
        ]
      : []),
    ...memberWarnings("users", policy.users, policy),
    ...memberWarnings("groups", policy.groups, policy),
    ...[...policy.roles].flatMap(([name, role]) => [
      ...roleWarnings(name, role, tools),
      ...overrideWarnings(name, role, policy),
    ]),
  ];
}

function memberWarnings(key: string, members: Policy["users"], { roles }: Policy): readonly string[] {
  return [...members].flatMap(([member, role]) => {
    if (role === undefined) return [`${key}.${member} names no role: every call is denied.`];
    return roles.has(role)
      ? []
      : [`${key}.${member} names role "${role}", which is not defined: every call is denied.`];
  });
}

function roleWarnings(name: string, role: Role, tools: readonly string[] | undefined): readonly string[] {
  const at = `roles.${name}`;
  const known = tools?.filter(isToolName);
  const unmatched = (key: "permissions" | "deny"): readonly string[] =>
    role[key]
      .filter((glob) => known && !known.some((tool) => matches(glob, tool)))
      .map((glob) => `${at}.${key}: "${glob}" matches no tool of this server.`);
  return [
    ...(role.permissions.length === 0 ? [`${at} has no permissions: it permits nothing.`] : []),
    ...(role.namespaces?.length === 0
      ? [`${at}.namespace_restrictions is empty: it permits no namespace. Remove it to permit all.`]
      : []),
    ...(role.contexts?.length === 0
      ? [`${at}.contexts is empty: it permits no context. Remove it to permit all.`]
      : []),
    ...unmatched("permissions"),
    ...unmatched("deny"),
  ];
}

function overrideWarnings(name: string, { overrides, approval }: Role, policy: Policy): readonly string[] {
  const writes = (approval ?? policy.approval) !== "never";
  if (writes || !overrides?.length) return [];
  return [`roles.${name}.overrides has no effect: its approval is never, so that it writes nothing.`];
}
