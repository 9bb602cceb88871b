import { cleanText } from "@k8s-ops/mcp-contract";
import type { AccessRequest, Denial, DenialReason, NamedRole } from "./access.ts";

const MOST_NAMED = 10;

/** Names of contexts that are safe to say back. */
const PLAIN = /^[\w.:@/-]{1,200}$/;

/** The code of the error that a refused caller gets. */
export function codeOf({ reason }: Denial): "permission_denied" | "invalid_name" {
  return reason === "invalid_namespace" ? "invalid_name" : "permission_denied";
}

export function toolName(): Denial {
  return {
    allowed: false,
    reason: "invalid_tool_name",
    message: "That is not the name of a tool: 1 to 64 of a-z, 0-9 and _, a letter first.",
    rule: "tool names",
  };
}

export function unknownUser(request: AccessRequest): Denial {
  const user = userOf(request);
  const why = `the policy does not know this user. An entry for ${user} under users, or for one of the user's groups under groups, would permit it.`;
  return deny("unknown_user", "users", request, why);
}

export function noRole(request: AccessRequest, own: boolean): Denial {
  const rule = own ? `users.${userOf(request)}` : "groups";
  return deny("no_role", rule, request, "the policy's entry names no role. Give the entry a role.");
}

export function unknownRole(request: AccessRequest, names: readonly string[]): Denial {
  const why = `the policy does not define ${roles(names)}. Define it under roles, or correct the entry that names it.`;
  return deny("unknown_role", `roles.${names[0] ?? ""}`, request, why);
}

export function deniedByRule(request: AccessRequest, role: string, glob: string): Denial {
  const why = `${roles([role])} denies "${glob}". Only a role without this deny would permit it.`;
  return deny("denied_by_rule", `roles.${role}.deny "${glob}"`, request, why);
}

export function noPermission(request: AccessRequest, held: readonly NamedRole[]): Denial {
  const names = held.map(({ name }) => name);
  const why = `${roles(names)} has no permission for it. A permission that matches ${request.tool} would permit it.`;
  return deny("no_permission", `roles.${names[0] ?? ""}.permissions`, request, why);
}

export function context(request: AccessRequest, grants: readonly NamedRole[]): Denial {
  const permitted = `${roles(grants.map(({ name }) => name))} is limited to contexts ${list(
    grants.flatMap(({ role }) => role.contexts ?? []),
  )}`;
  const rule = `roles.${grants[0]?.name ?? ""}.contexts`;
  if (request.context === undefined) {
    return deny("context_required", rule, request, `${permitted}. Name one of them as context.`);
  }
  const named = PLAIN.test(request.context) ? `context "${request.context}"` : "that context";
  const why = `${permitted}, and ${named} is not among them. Name one of them, or ask for a role that includes it.`;
  return deny("context_not_permitted", rule, request, why);
}

export function invalidNamespace(request: AccessRequest): Denial {
  const message = `${request.tool}: a namespace is 1 to 63 of a-z, 0-9 and -, and neither begins nor ends with -. Correct the namespace.`;
  return { allowed: false, reason: "invalid_namespace", message, rule: "namespace names" };
}

export function namespaceNotPermitted(
  request: AccessRequest,
  grants: readonly NamedRole[],
  refused?: string,
): Denial {
  const where = refused === undefined ? "" : ` in namespace "${refused}"`;
  const why = `${limits(grants)}. Name one of these, or ask for a role that includes it.`;
  return deny("namespace_not_permitted", limitRule(grants), request, why, where);
}

export function namespaceRequired(request: AccessRequest, grants: readonly NamedRole[]): Denial {
  const why = `${limits(grants)}, and this tool cannot be limited to them. Name a namespace if the tool takes one, or ask for a role without namespace_restrictions.`;
  return deny("namespace_required", limitRule(grants), request, why, " for the whole cluster");
}

export function namespacesUnknown(request: AccessRequest, grants: readonly NamedRole[]): Denial {
  const why = `${limits(grants)}, and which namespaces these are is not known. Name a namespace.`;
  return deny("namespaces_unknown", limitRule(grants), request, why, " without a namespace");
}

function deny(reason: DenialReason, rule: string, request: AccessRequest, why: string, where = ""): Denial {
  const message = `User "${userOf(request)}" may not call ${request.tool}${where}: ${why}`;
  return { allowed: false, reason, message, rule };
}

function userOf({ principal }: AccessRequest): string {
  return cleanText(principal.name).replace(/\s+/g, " ").slice(0, 128);
}

function limitRule(grants: readonly NamedRole[]): string {
  return `roles.${grants[0]?.name ?? ""}.namespace_restrictions`;
}

function limits(grants: readonly NamedRole[]): string {
  const names = grants.map(({ name }) => name);
  return `${roles(names)} is limited to namespaces ${list(grants.flatMap(({ role }) => role.namespaces ?? []))}`;
}

function roles(names: readonly string[]): string {
  return `role ${list(names.map((name) => `"${name}"`))}`;
}

function list(names: readonly string[]): string {
  if (names.length === 0) return "(none)";
  const shown = names.slice(0, MOST_NAMED).join(", ");
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more` : shown;
}
