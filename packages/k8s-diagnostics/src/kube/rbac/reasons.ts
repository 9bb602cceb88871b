import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { nearestName } from "../nearest.ts";
import { refOf } from "../refs.ts";
import {
  type Binding,
  bindingsOf,
  isManagedRole,
  isNamed,
  isRoleMissing,
  isSubject,
  type RbacObjects,
  type Role,
  roleOf,
  roleRefOf,
  rulesOf,
  type Subject,
} from "./bindings.ts";
import {
  type AccessRequest,
  apiGroupMatches,
  type PolicyRule,
  resourceMatches,
  ruleAllows,
} from "./rules.ts";

/** Why RBAC refuses a request, by what comes nearest to granting it. */
export type RefusalReason =
  /** It is granted now. */
  | { readonly kind: "granted"; readonly binding: Binding }
  /** A binding of the account names a role that does not exist. `nearest` grants the request. */
  | { readonly kind: "role_missing"; readonly binding: Binding; readonly nearest: ObjectRef | undefined }
  /** A binding grants it to somebody who seems to be meant to be the account. */
  | { readonly kind: "wrong_subject"; readonly binding: Binding; readonly subject: Subject }
  /** Another ServiceAccount of the namespace has the permission, and the Pods run as `default`. */
  | { readonly kind: "other_account"; readonly binding: Binding; readonly account: string }
  /** A role of the account's own lacks the rule. `rule` is about the same resource. */
  | {
      readonly kind: "role_lacks_rule";
      readonly binding: Binding;
      readonly role: Role;
      readonly rule: PolicyRule | undefined;
    }
  /** A RoleBinding grants it in another namespace. */
  | { readonly kind: "wrong_namespace"; readonly binding: Binding }
  | { readonly kind: "nothing" }
  /** Not enough was read. */
  | { readonly kind: "unknown" };

interface Candidate {
  readonly binding: Binding;
  readonly role: Role | undefined;
  readonly inScope: boolean;
  readonly applies: boolean;
  /** Whether a subject is the account itself, not a group. */
  readonly own: boolean;
  readonly grants: boolean;
}

export function reasonOf(account: ObjectRef, request: AccessRequest, objects: RbacObjects): RefusalReason {
  if (!isKnown(request, objects)) return { kind: "unknown" };
  const verdicts = new Map<Role, boolean>();
  const allows = (role: Role): boolean => {
    const known = verdicts.get(role);
    if (known !== undefined) return known;
    const verdict = rulesOf(role, objects).some((rule) => ruleAllows(rule, request));
    verdicts.set(role, verdict);
    return verdict;
  };
  const candidates = bindingsOf(objects).map((binding) =>
    candidateOf(binding, account, request, objects, allows),
  );
  const granted = candidates.find(({ inScope, applies, grants }) => inScope && applies && grants);
  if (granted) return { kind: "granted", binding: granted.binding };
  const lacking = roleThatLacks(candidates, request);
  return (
    roleMissing(candidates, allows, objects) ??
    wrongSubject(candidates, account, objects) ??
    (lacking?.rule ? lacking : undefined) ??
    wrongNamespace(candidates) ??
    lacking ?? { kind: "nothing" }
  );
}

function isKnown(request: AccessRequest, objects: RbacObjects): boolean {
  if (!objects.clusterRoleBindings.knows("") || !objects.clusterRoles.knows("")) return false;
  if ("path" in request || request.namespace === undefined) return true;
  return objects.roleBindings.knows(request.namespace) && objects.roles.knows(request.namespace);
}

function candidateOf(
  binding: Binding,
  account: ObjectRef,
  request: AccessRequest,
  objects: RbacObjects,
  allows: (role: Role) => boolean,
): Candidate {
  const role = roleOf(roleRefOf(binding), objects);
  const subjects = binding.subjects ?? [];
  return {
    binding,
    role,
    inScope:
      binding.kind === "ClusterRoleBinding" ||
      (!("path" in request) && request.namespace === binding.metadata.namespace),
    applies: subjects.some((subject) => isSubject(account, subject, binding)),
    own: subjects.some((subject) => isNamed(account, subject, binding)),
    grants: role !== undefined && allows(role),
  };
}

function roleMissing(
  candidates: readonly Candidate[],
  allows: (role: Role) => boolean,
  objects: RbacObjects,
): RefusalReason | undefined {
  const found = candidates.find(
    ({ binding, inScope, own }) => inScope && own && isRoleMissing(roleRefOf(binding), objects),
  );
  if (!found) return undefined;
  const wanted = roleRefOf(found.binding);
  const { namespace } = found.binding.metadata;
  const roles: readonly Role[] = [
    ...objects.roles.in(namespace),
    ...objects.clusterRoles.all.filter((role) => !isManagedRole(role)),
  ].filter(allows);
  // A ClusterRole of the very name, where the binding says Role, or the other way round.
  const namesake = roles.find(({ metadata }) => metadata.name === wanted.name);
  const near = nearestName(
    wanted.name,
    roles.map(({ metadata }) => metadata.name),
  );
  const nearest = namesake ?? roles.find(({ metadata }) => metadata.name === near);
  return { kind: "role_missing", binding: found.binding, nearest: nearest && refOf(nearest) };
}

function wrongSubject(
  candidates: readonly Candidate[],
  account: ObjectRef,
  objects: RbacObjects,
): RefusalReason | undefined {
  const granting = candidates.filter(({ inScope, grants }) => inScope && grants);
  for (const { binding } of granting) {
    const subject = binding.subjects?.find((each) => seemsMeant(account, each, binding, objects));
    if (subject) return { kind: "wrong_subject", binding, subject };
  }
  if (account.name !== "default") return undefined;
  const others = granting.flatMap(({ binding }) =>
    (binding.subjects ?? [])
      .filter(
        ({ kind, name, namespace }) =>
          kind === "ServiceAccount" &&
          (namespace || binding.metadata.namespace) === account.namespace &&
          objects.serviceAccounts.get(account.namespace, name) !== undefined,
      )
      .map(({ name }) => ({ binding, account: name })),
  );
  const names = new Set(others.map((other) => other.account));
  const [only] = others;
  return only && names.size === 1 ? { kind: "other_account", ...only } : undefined;
}

/** A subject that is not the account, does not exist as it is written, and differs from the account in one thing. */
function seemsMeant(account: ObjectRef, subject: Subject, binding: Binding, objects: RbacObjects): boolean {
  if (subject.kind === "User" || subject.kind === "Group") {
    const names = [
      account.name,
      `${account.namespace}:${account.name}`,
      `${account.namespace}/${account.name}`,
    ];
    return account.name !== "default" && names.includes(subject.name);
  }
  const namespace = subject.namespace || binding.metadata.namespace;
  const missing =
    objects.serviceAccounts.get(namespace, subject.name) === undefined &&
    objects.serviceAccounts.knows(namespace, subject.name);
  if (subject.name === account.name) {
    if (namespace === account.namespace) return false;
    return missing || binding.metadata.namespace === account.namespace;
  }
  return (
    namespace === account.namespace && missing && nearestName(subject.name, [account.name]) !== undefined
  );
}

function roleThatLacks(candidates: readonly Candidate[], request: AccessRequest) {
  const own = candidates.flatMap(({ binding, role, inScope, own: isOwn }) => {
    if (!inScope || !isOwn || !role || isManagedRole(role)) return [];
    return [{ binding, role, rule: "path" in request ? undefined : ruleAbout(role, request) }];
  });
  const best = own.find(({ rule }) => rule !== undefined) ?? own[0];
  return best && { kind: "role_lacks_rule" as const, ...best };
}

function ruleAbout({ rules = [] }: Role, request: Exclude<AccessRequest, { path: string }>) {
  const about = rules.filter((rule) => resourceMatches(rule, request.resource));
  return about.find((rule) => apiGroupMatches(rule, request.group)) ?? about[0];
}

function wrongNamespace(candidates: readonly Candidate[]): RefusalReason | undefined {
  const found = candidates.find(({ inScope, own, grants }) => !inScope && own && grants);
  return found && { kind: "wrong_namespace", binding: found.binding };
}
