import type { Principal, Scope } from "@k8s-ops/mcp-contract";
import type { Role } from "./policy/schema.ts";

export interface AccessRequest {
  readonly principal: Principal;
  readonly tool: string;
  /** The namespaces that the call names. Absent or empty: it names none. */
  readonly namespaces?: readonly string[];
  /** The kubeconfig context that the call will use. */
  readonly context?: string;
  /** The call cannot be limited to a scope: a limited role must name a namespace. */
  readonly needsNamespace?: boolean;
  /** The namespaces that exist, for the globs of a role. Needed only when a call names none. */
  readonly existingNamespaces?: readonly string[];
}

/** Where one object is. */
export interface Place {
  /** Absent: the object belongs to the cluster, as a Node does. */
  readonly namespace?: string;
  /** The kubeconfig context. */
  readonly context?: string;
}

export type DenialReason =
  | "invalid_tool_name"
  | "unknown_user"
  | "no_role"
  | "unknown_role"
  | "denied_by_rule"
  | "no_permission"
  | "context_required"
  | "context_not_permitted"
  | "invalid_namespace"
  | "namespace_not_permitted"
  | "namespace_required"
  | "namespaces_unknown";

export interface Denial {
  readonly allowed: false;
  readonly reason: DenialReason;
  /** For the caller: who, what, where, and what would permit it. Names no other user. */
  readonly message: string;
  /** The place in the policy that decided, such as `roles.viewer.deny`. */
  readonly rule: string;
}

export interface Permission {
  readonly allowed: true;
  /** All that the call may touch. Absent: everything. Never empty. */
  readonly scope?: Scope;
  readonly rule: string;
}

export type Decision = Permission | Denial;

export interface NamedRole {
  readonly name: string;
  readonly role: Role;
}
