import type { ObjectOf, ObjectRef, Objects, Wire } from "@k8s-ops/k8s-cluster";
import type { RbacV1Subject } from "@kubernetes/client-node";
import { matchesSelector } from "../selectors.ts";
import type { PolicyRule } from "./rules.ts";

export const RBAC_READS = [
  "roles",
  "roleBindings",
  "clusterRoles",
  "clusterRoleBindings",
  "serviceAccounts",
] as const;

export type RbacObjects = Pick<Objects, (typeof RBAC_READS)[number]>;
export type Role = ObjectOf<"roles"> | ObjectOf<"clusterRoles">;
export type Binding = ObjectOf<"roleBindings"> | ObjectOf<"clusterRoleBindings">;
export type Subject = Wire<RbacV1Subject>;

const SERVICE_ACCOUNTS = "system:serviceaccounts";
const BOOTSTRAPPING = "kubernetes.io/bootstrapping";

export function bindingsOf(objects: RbacObjects): readonly Binding[] {
  return [...objects.roleBindings.all, ...objects.clusterRoleBindings.all];
}

/** The Role or ClusterRole that a binding names. */
export function roleRefOf({ metadata, roleRef }: Binding): ObjectRef {
  return {
    kind: roleRef.kind,
    namespace: roleRef.kind === "Role" ? metadata.namespace : "",
    name: roleRef.name,
  };
}

export function roleOf({ kind, namespace, name }: ObjectRef, objects: RbacObjects): Role | undefined {
  return kind === "Role" ? objects.roles.get(namespace, name) : objects.clusterRoles.get("", name);
}

/** Whether it is known that the Role or ClusterRole does not exist. */
export function isRoleMissing(ref: ObjectRef, objects: RbacObjects): boolean {
  if (roleOf(ref, objects)) return false;
  return ref.kind === "Role"
    ? objects.roles.knows(ref.namespace, ref.name)
    : objects.clusterRoles.knows("", ref.name);
}

/** The ServiceAccounts that a binding names, whether they exist or not. */
export function accountsIn({ metadata, subjects = [] }: Binding): readonly ObjectRef[] {
  return subjects
    .filter(({ kind }) => kind === "ServiceAccount")
    .map(({ name, namespace }) => ({
      kind: "ServiceAccount",
      namespace: namespace || metadata.namespace,
      name,
    }));
}

/** Whether it is known that the ServiceAccount does not exist. */
export function isAccountMissing(
  { namespace, name }: ObjectRef,
  { serviceAccounts }: Pick<Objects, "serviceAccounts">,
): boolean {
  return serviceAccounts.knows(namespace, name) && serviceAccounts.get(namespace, name) === undefined;
}

const aggregated = new WeakMap<RbacObjects["clusterRoles"], Map<Role, readonly PolicyRule[]>>();

/**
 * The rules of a role, with those that a controller will put there from other ClusterRoles.
 * Source: k8s.io/api rbac/v1 AggregationRule
 */
export function rulesOf(role: Role, { clusterRoles }: RbacObjects): readonly PolicyRule[] {
  const selectors = "aggregationRule" in role ? (role.aggregationRule?.clusterRoleSelectors ?? []) : [];
  if (selectors.length === 0) return role.rules ?? [];
  const known = aggregated.get(clusterRoles) ?? new Map<Role, readonly PolicyRule[]>();
  aggregated.set(clusterRoles, known);
  const rules = known.get(role) ?? [
    ...(role.rules ?? []),
    ...clusterRoles.all
      .filter(
        (other) =>
          other !== role && selectors.some((selector) => matchesSelector(selector, other.metadata.labels)),
      )
      .flatMap((other) => other.rules ?? []),
  ];
  known.set(role, rules);
  return rules;
}

/** Whether Kubernetes or a controller writes the role's rules, so that a change of it does not last. */
export function isManagedRole({ metadata, ...role }: Role): boolean {
  if ("aggregationRule" in role && role.aggregationRule) return true;
  return metadata.labels?.[BOOTSTRAPPING] !== undefined || metadata.name.startsWith("system:");
}

/**
 * Whether a subject of a binding is this ServiceAccount, by name or by a group that it is in.
 * Source: k8s.io/kubernetes pkg/registry/rbac/validation appliesTo
 */
export function isSubject(account: ObjectRef, subject: Subject, binding: Binding): boolean {
  if (subject.kind !== "Group") return isNamed(account, subject, binding);
  return (
    subject.name === SERVICE_ACCOUNTS ||
    subject.name === `${SERVICE_ACCOUNTS}:${account.namespace}` ||
    subject.name === "system:authenticated"
  );
}

/** Whether a subject names this very ServiceAccount. */
export function isNamed({ namespace, name }: ObjectRef, subject: Subject, { metadata }: Binding): boolean {
  if (subject.kind === "User") return subject.name === `system:serviceaccount:${namespace}:${name}`;
  return (
    subject.kind === "ServiceAccount" &&
    subject.name === name &&
    (subject.namespace || metadata.namespace) === namespace
  );
}
