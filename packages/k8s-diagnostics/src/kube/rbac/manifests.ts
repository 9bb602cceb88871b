import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Remedy } from "../../check.ts";
import { type PatchValue, toYaml } from "../patch.ts";
import { nameOf } from "../refs.ts";
import type { Binding, Role, Subject } from "./bindings.ts";
import type { Refusal } from "./refusals.ts";
import type { PolicyRule } from "./rules.ts";

const GROUP = "rbac.authorization.k8s.io";
const API = `${GROUP}/v1`;
/** Names of RBAC objects may be nearly any text; these only may stand in a sentence or a patch. */
const NAME = /^[A-Za-z0-9][-A-Za-z0-9_.:]{0,252}$/;
const WORD = /^[-A-Za-z0-9_.:/*]{0,253}$/;
const MAX_RULES = 20;

/** `RoleBinding web`, or the kind alone where the name is no plain one. */
export function rbacName(ref: ObjectRef): string {
  return NAME.test(ref.name) ? nameOf(ref) : `the ${ref.kind}`;
}

/** The least rules that allow what was refused. An informer lists and then watches. */
export function leastRules(refusals: readonly Refusal[]): readonly PolicyRule[] {
  const byResource = Map.groupBy(refusals, ({ request }) =>
    "path" in request ? request.path : `${request.group} ${request.resource}`,
  );
  return [...byResource.values()].flatMap((asked): readonly PolicyRule[] => {
    const verbs = asked.flatMap(({ request, informer }) => (informer ? ["list", "watch"] : [request.verb]));
    const request = asked[0]?.request;
    if (!request) return [];
    const rule = { verbs: [...new Set(verbs)] };
    return "path" in request
      ? [{ nonResourceURLs: [request.path], ...rule }]
      : [{ apiGroups: [request.group], resources: [request.resource], ...rule }];
  });
}

export function rulesYaml(rules: readonly PolicyRule[]): string {
  return toYaml({ rules: rules.map(plainRule) });
}

/** A role's rules with more of them: a patch replaces the list. Undefined when it would be long or hold odd words. */
export function extendedRules({ rules = [] }: Role, more: readonly PolicyRule[]): string | undefined {
  const words = rules.flatMap((rule) => [
    ...rule.verbs,
    ...(rule.apiGroups ?? []),
    ...(rule.resources ?? []),
    ...(rule.resourceNames ?? []),
    ...(rule.nonResourceURLs ?? []),
  ]);
  if (rules.length > MAX_RULES || !words.every((word) => WORD.test(word))) return undefined;
  return rulesYaml([...rules, ...more]);
}

/** A binding's subjects with one replaced by the account. */
export function correctedSubjects(
  { subjects = [] }: Binding,
  wrong: Subject,
  account: ObjectRef,
): string | undefined {
  const words = subjects.flatMap(({ kind, name, namespace = "" }) => [kind, name, namespace]);
  if (subjects.length > MAX_RULES || !words.every((word) => WORD.test(word))) return undefined;
  return toYaml({
    subjects: subjects.map((subject): PatchValue => {
      if (subject === wrong) return subjectOf(account);
      const { kind, name, namespace, apiGroup } = subject;
      return {
        kind,
        name,
        ...(namespace !== undefined && { namespace }),
        ...(apiGroup === GROUP && { apiGroup }),
      };
    }),
  });
}

/** What to create so that the account may do it: a role in the scope that was asked for, and its binding. */
export function newGrant(
  account: ObjectRef,
  scope: string | undefined,
  rules: readonly PolicyRule[],
): readonly Remedy[] {
  const role: ObjectRef = {
    kind: scope === undefined ? "ClusterRole" : "Role",
    namespace: scope ?? "",
    name: scope === undefined ? `${account.namespace}-${account.name}` : account.name,
  };
  return [
    {
      step: `Add the rule to a ${role.kind}${scope === undefined ? "" : ` in namespace ${scope}`}, for instance a new one named ${role.name}.`,
      object: role,
      patch: rulesYaml(rules),
    },
    newBinding(account, scope, role, role.name),
  ];
}

export function newBinding(
  account: ObjectRef,
  scope: string | undefined,
  role: ObjectRef,
  name: string,
): Remedy {
  const kind = scope === undefined ? "ClusterRoleBinding" : "RoleBinding";
  const usable = NAME.test(role.name) && NAME.test(name);
  return {
    step: `Bind ${rbacName(role)} by a ${kind}${scope === undefined ? "" : ` in namespace ${scope}`} to ${nameOf(account)} of namespace ${account.namespace}.`,
    object: { kind, namespace: scope ?? "", name },
    ...(usable && {
      patch: toYaml({
        apiVersion: API,
        kind,
        metadata: { name, ...(scope !== undefined && { namespace: scope }) },
        roleRef: { apiGroup: GROUP, kind: role.kind, name: role.name },
        subjects: [subjectOf(account)],
      }),
    }),
  };
}

function subjectOf({ namespace, name }: ObjectRef) {
  return { kind: "ServiceAccount", name, namespace };
}

function plainRule(rule: PolicyRule): PatchValue {
  const { apiGroups, resources, resourceNames, nonResourceURLs, verbs } = rule;
  return {
    ...(apiGroups && { apiGroups: [...apiGroups] }),
    ...(resources && { resources: [...resources] }),
    ...(resourceNames && { resourceNames: [...resourceNames] }),
    ...(nonResourceURLs && { nonResourceURLs: [...nonResourceURLs] }),
    verbs: [...verbs],
  };
}
