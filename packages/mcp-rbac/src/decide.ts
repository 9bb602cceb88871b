import type { AccessRequest, Decision, Denial, NamedRole, Place } from "./access.ts";
import * as denial from "./denials.ts";
import { isGlob, isNamespace, isToolName, matches, matchesAny } from "./names.ts";
import type { Policy, Role } from "./policy/schema.ts";

/** A role that permits the tool, and the entry of it that does. */
export interface Grant extends NamedRole {
  readonly rule: string;
}

/**
 * Decides one call. Pure; specification, section 6. Denied is whatever no rule permits.
 *
 * A user's own entry decides alone. Without one, the roles of all groups count: any of them may permit, a `deny` of any
 * of them refuses, and each role's limits hold for what that role permits.
 */
export function decide(policy: Policy, request: AccessRequest): Decision {
  const grants = grantsOf(policy, request);
  if ("allowed" in grants) return grants;
  const inContext = grants.filter(({ role }) => permitsContext(role, request.context));
  if (inContext.length === 0) return denial.context(request, grants);
  return limit(inContext, request);
}

/**
 * Whether a tool may be called for one place, with what {@link decide} would say. Without a namespace the place is the
 * whole cluster, which no role with namespaces permits.
 */
export function permits(
  policy: Policy,
  { principal, tool, namespace, context }: Pick<AccessRequest, "principal" | "tool"> & Place,
): boolean {
  const request = {
    principal,
    tool,
    needsNamespace: true,
    ...(namespace !== undefined && { namespaces: [namespace] }),
    ...(context !== undefined && { context }),
  };
  return decide(policy, request).allowed;
}

/** Whether there is any call of the tool that {@link decide} would permit: for tools/list. */
export function mayCall(
  policy: Policy,
  { principal, tool, needsNamespace = false }: Omit<AccessRequest, "namespaces" | "context">,
): boolean {
  const grants = grantsOf(policy, { principal, tool });
  if ("allowed" in grants) return false;
  return grants.some(({ role }) => {
    if (role.contexts?.length === 0) return false;
    return role.namespaces === undefined || (role.namespaces.length > 0 && !needsNamespace);
  });
}

/** The roles that permit the tool to the principal, wherever it may be; or why none does. */
export function grantsOf(policy: Policy, request: AccessRequest): readonly Grant[] | Denial {
  if (!isToolName(request.tool)) return denial.toolName();
  const roles = rolesOf(policy, request);
  if ("allowed" in roles) return roles;
  for (const { name, role } of roles) {
    const glob = role.deny.find((entry) => matches(entry, request.tool));
    if (glob !== undefined) return denial.deniedByRule(request, name, glob);
  }
  const grants = roles.flatMap(({ name, role }) => {
    const glob = role.permissions.find((entry) => matches(entry, request.tool));
    return glob === undefined ? [] : [{ name, role, rule: `roles.${name}.permissions "${glob}"` }];
  });
  return grants.length > 0 ? grants : denial.noPermission(request, roles);
}

function rolesOf(policy: Policy, request: AccessRequest): readonly NamedRole[] | Denial {
  const { name, groups = [] } = request.principal;
  const own = policy.users.has(name);
  const memberships = groups.filter((group) => policy.groups.has(group));
  if (!own && memberships.length === 0) return denial.unknownUser(request);
  const given = own ? [policy.users.get(name)] : memberships.map((group) => policy.groups.get(group));
  const names = [...new Set(given)].filter((role) => role !== undefined);
  if (names.length === 0) return denial.noRole(request, own);
  const roles = names.flatMap((roleName) => {
    const role = policy.roles.get(roleName);
    return role ? [{ name: roleName, role }] : [];
  });
  return roles.length > 0 ? roles : denial.unknownRole(request, names);
}

export function permitsContext({ contexts }: Role, context: string | undefined): boolean {
  return contexts === undefined || (context !== undefined && contexts.includes(context));
}

function limit(grants: readonly Grant[], request: AccessRequest): Decision {
  const { namespaces: named = [], existingNamespaces: existing, needsNamespace = false } = request;
  if (!named.every(isNamespace)) return denial.invalidNamespace(request);
  const free = grants.find(({ role }) => role.namespaces === undefined);
  if (free) return { allowed: true, rule: free.rule };

  const entries = grants.flatMap(({ role }) => role.namespaces ?? []);
  const refused = named.find((namespace) => !matchesAny(entries, namespace));
  if (refused !== undefined) return denial.namespaceNotPermitted(request, grants, refused);
  if (named.length === 0 && needsNamespace && entries.length > 0)
    return denial.namespaceRequired(request, grants);
  if (named.length === 0 && !existing && entries.some(isGlob))
    return denial.namespacesUnknown(request, grants);

  const exact = entries.filter(isNamespace);
  const matching = (existing ?? []).filter((name) => isNamespace(name) && matchesAny(entries, name));
  const namespaces = [...new Set([...exact, ...named, ...matching])].sort();
  if (namespaces.length === 0) return denial.namespaceNotPermitted(request, grants);
  const rule = grants.find(({ role }) => named.some((name) => matchesAny(role.namespaces ?? [], name)));
  return { allowed: true, scope: { namespaces }, rule: (rule ?? grants[0])?.rule ?? "" };
}
