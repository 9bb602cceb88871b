import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { plainCopy } from "../../kube/field-patch.ts";
import { toYaml } from "../../kube/patch.ts";
import {
  type Binding,
  bindingsOf,
  isNamed,
  RBAC_READS,
  type RbacObjects,
  roleOf,
  roleRefOf,
  rulesOf,
} from "../../kube/rbac/bindings.ts";
import { rbacName } from "../../kube/rbac/manifests.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

const SYSTEM = /^kube-/;

export const serviceAccountAllPowerful = defineCheck({
  id: "service_account_all_powerful",
  title: "Pods may do everything in the cluster",
  when: "a ClusterRoleBinding gives cluster-admin, or a role with all verbs on all resources, to a ServiceAccount that Pods use; namespaces of the system do not count",
  severity: "low",
  level: "cause",
  reads: [...RBAC_READS, "pods"],
  run: ({ objects }) => {
    const used = accountsInUse(objects);
    return bindingsOf(objects)
      .filter((binding) => binding.kind === "ClusterRoleBinding" && isAllPowerful(binding, objects))
      .flatMap((binding) =>
        [...used.values()]
          .filter((account) => (binding.subjects ?? []).some((subject) => isNamed(account, subject, binding)))
          .map((account) => ({
            object: refOf(binding),
            subject: refKey(account),
            title: `${rbacName(refOf(binding))} lets the Pods of ${nameOf(account)} do everything in the cluster`,
            confidence: "certain" as const,
            evidence: [
              fieldEvidence(refOf(binding), "roleRef.name", binding.roleRef.name),
              fieldEvidence(account, "metadata.namespace", account.namespace),
            ] as const,
            related: [account],
            remedies: [
              {
                step: `Bind ${nameOf(account)} to a role whose rules name what its program needs.`,
                object: account,
              },
              {
                step: `Then remove it from subjects of ${rbacName(refOf(binding))}.`,
                ...withoutSubject(binding, account),
              },
            ],
          })),
      );
  },
});

/** Nothing where a group names it: others may be in that, too. */
function withoutSubject(binding: Binding, { namespace, name }: ObjectRef) {
  const others = (binding.subjects ?? []).filter(
    (subject) =>
      !(subject.kind === "ServiceAccount" && subject.name === name && subject.namespace === namespace),
  );
  const copy = others.length < (binding.subjects ?? []).length ? plainCopy(others) : undefined;
  return { object: refOf(binding), ...(copy !== undefined && { patch: toYaml({ subjects: copy }) }) };
}

function accountsInUse({ pods }: Pick<Objects, "pods">): ReadonlyMap<string, ObjectRef> {
  const accounts = pods.all
    .filter(({ metadata }) => !SYSTEM.test(metadata.namespace))
    .map(({ metadata: { namespace }, spec }) => ({
      kind: "ServiceAccount",
      namespace,
      name: spec?.serviceAccountName ?? "default",
    }));
  return new Map(accounts.map((account) => [refKey(account), account]));
}

function isAllPowerful(binding: Binding, objects: RbacObjects): boolean {
  const ref = roleRefOf(binding);
  if (ref.name === "cluster-admin") return true;
  const role = roleOf(ref, objects);
  return role !== undefined && rulesOf(role, objects).some(isEverything);
}

function isEverything({
  verbs,
  apiGroups = [],
  resources = [],
}: ReturnType<typeof rulesOf>[number]): boolean {
  return verbs.includes("*") && apiGroups.includes("*") && resources.includes("*");
}
