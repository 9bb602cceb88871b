import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Evidence, Finding, Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import type { Place } from "../../kube/places.ts";
import { roleRefOf } from "../../kube/rbac/bindings.ts";
import {
  correctedSubjects,
  extendedRules,
  leastRules,
  newBinding,
  newGrant,
  rbacName,
  rulesYaml,
} from "../../kube/rbac/manifests.ts";
import type { RefusalReason } from "../../kube/rbac/reasons.ts";
import type { Refusal } from "../../kube/rbac/refusals.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

/** What must change so that the request is granted. */
interface Fault extends Pick<Finding, "object" | "title"> {
  readonly evidence: readonly Evidence[];
  readonly remedies: readonly Remedy[];
}

type Reason<K extends RefusalReason["kind"]> = Extract<RefusalReason, { kind: K }>;

/** Undefined when the request is granted by now. */
export function faultOf(
  place: Place,
  account: ObjectRef,
  reason: RefusalReason,
  refusals: readonly Refusal[],
): Fault | undefined {
  const rules = leastRules(refusals);
  const scope = scopeOf(refusals[0]);
  const who = `container ${place.name} of ${nameOf(place.workload)}`;
  switch (reason.kind) {
    case "granted":
      return undefined;
    case "role_missing":
      return roleMissing(reason, account, who, scope, rules);
    case "wrong_subject":
      return wrongSubject(reason, account, who);
    case "other_account":
      return otherAccount(reason, place);
    case "role_lacks_rule":
      return roleLacksRule(reason, account, who, rules);
    case "wrong_namespace":
      return wrongNamespace(reason, account, who, scope, rules);
    default:
      return {
        object: account,
        title: `${nameOf(account)} lacks a permission that ${who} needs`,
        evidence: [fieldEvidence(place.podRef, "spec.serviceAccountName", account.name)],
        remedies: newGrant(account, scope, rules),
      };
  }
}

export function scopeOf(refusal: Refusal | undefined): string | undefined {
  return refusal === undefined || "path" in refusal.request ? undefined : refusal.request.namespace;
}

type Rules = ReturnType<typeof leastRules>;

function roleMissing(
  { binding, nearest }: Reason<"role_missing">,
  account: ObjectRef,
  who: string,
  scope: string | undefined,
  rules: Rules,
): Fault {
  const object = refOf(binding);
  const role = roleRefOf(binding);
  const create: Remedy = {
    step: `Create ${rbacName(role)} with the rule that was refused.`,
    object: role,
    patch: rulesYaml(rules),
  };
  return {
    object,
    title: `${rbacName(object)} names a role that does not exist, so that ${nameOf(account)} lacks a permission that ${who} needs`,
    evidence: [
      fieldEvidence(object, "roleRef", { kind: role.kind, name: role.name }),
      fieldEvidence(role, "metadata.name", undefined),
    ],
    remedies: nearest
      ? [
          {
            ...newBinding(account, scope, nearest, object.name),
            step: `Delete ${rbacName(object)} and create it again for ${rbacName(nearest)}, which has the permission: roleRef cannot be changed.`,
          },
          create,
        ]
      : [create],
  };
}

function wrongSubject({ binding, subject }: Reason<"wrong_subject">, account: ObjectRef, who: string): Fault {
  const object = refOf(binding);
  const patch = correctedSubjects(binding, subject, account);
  return {
    object,
    title: `${rbacName(object)} grants to another subject than ${nameOf(account)} what ${who} needs`,
    evidence: [fieldEvidence(object, "subjects", subject)],
    remedies: [
      {
        step: `Name ${nameOf(account)} of namespace ${account.namespace} in the subjects of ${rbacName(object)}.`,
        ...(patch !== undefined && { patch }),
      },
    ],
  };
}

function otherAccount(
  { binding, account: name }: Reason<"other_account">,
  { workload, podRef }: Place,
): Fault {
  const other: ObjectRef = { kind: "ServiceAccount", namespace: podRef.namespace, name };
  const field = `${podSpecPath(workload.kind)}.serviceAccountName`;
  return {
    object: workload,
    title: `${nameOf(workload)} runs as ServiceAccount default, and ${nameOf(other)} has the permission that it needs`,
    evidence: [
      fieldEvidence(podRef, "spec.serviceAccountName", "default"),
      fieldEvidence(refOf(binding), "subjects", binding.subjects),
    ],
    remedies: [
      {
        step: `Set ${field} of ${nameOf(workload)} to ${name}.`,
        patch: podSpecPatch(workload.kind, { serviceAccountName: name }),
      },
    ],
  };
}

function roleLacksRule(
  { binding, role, rule }: Reason<"role_lacks_rule">,
  account: ObjectRef,
  who: string,
  rules: Rules,
): Fault {
  const object = refOf(role);
  const whole = extendedRules(role, rules);
  return {
    object,
    title: `${rbacName(object)} of ${nameOf(account)} lacks a permission that ${who} needs`,
    evidence: [
      fieldEvidence(object, "rules", rule ? [rule] : role.rules),
      fieldEvidence(refOf(binding), "roleRef", { kind: object.kind, name: object.name }),
    ],
    remedies: [
      {
        step: whole
          ? `Add the rule to ${rbacName(object)}: the patch holds those that it has, and the new one last.`
          : `Add the rule to the rules that ${rbacName(object)} has.`,
        patch: whole ?? rulesYaml(rules),
      },
    ],
  };
}

function wrongNamespace(
  { binding }: Reason<"wrong_namespace">,
  account: ObjectRef,
  who: string,
  scope: string | undefined,
  rules: Rules,
): Fault {
  const object = refOf(binding);
  const role = roleRefOf(binding);
  const where = scope === undefined ? "in the whole cluster" : `in namespace ${scope}`;
  return {
    object,
    title: `${rbacName(object)} grants in namespace ${object.namespace} only what ${who} needs ${where}`,
    evidence: [
      fieldEvidence(object, "metadata.namespace", object.namespace),
      fieldEvidence(object, "roleRef", { kind: role.kind, name: role.name }),
    ],
    remedies: [
      ...(role.kind === "ClusterRole"
        ? [
            newBinding(
              account,
              scope,
              role,
              scope === undefined ? `${account.namespace}-${account.name}` : object.name,
            ),
          ]
        : newGrant(account, scope, rules)),
      ...(scope === undefined ? [{ step: `Or let ${who} ask for namespace ${object.namespace} only.` }] : []),
    ],
  };
}
