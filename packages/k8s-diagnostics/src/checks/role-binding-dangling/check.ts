import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import {
  accountsIn,
  type Binding,
  bindingsOf,
  isAccountMissing,
  isRoleMissing,
  RBAC_READS,
  roleRefOf,
} from "../../kube/rbac/bindings.ts";
import { rbacName } from "../../kube/rbac/manifests.ts";
import { refOf } from "../../kube/refs.ts";

export const roleBindingDangling = defineCheck({
  id: "role_binding_dangling",
  title: "Binding names a role or a ServiceAccount that does not exist",
  when: "the role of a RoleBinding or ClusterRoleBinding does not exist, or all of its subjects are ServiceAccounts that do not exist; Kubernetes' own bindings do not count",
  severity: "low",
  level: "symptom",
  reads: RBAC_READS,
  run: ({ objects }) =>
    bindingsOf(objects)
      .filter(({ metadata }) => !isBootstrapped(metadata))
      .flatMap((binding) => findingOf(binding, objects)),
});

function isBootstrapped({ name, labels }: Binding["metadata"]): boolean {
  return name.startsWith("system:") || labels?.["kubernetes.io/bootstrapping"] !== undefined;
}

function findingOf(
  binding: Binding,
  objects: Pick<Objects, (typeof RBAC_READS)[number]>,
): readonly Finding[] {
  const object = refOf(binding);
  const role = roleRefOf(binding);
  const accounts = accountsIn(binding);
  const common = { object, confidence: "certain" as const, related: accounts };
  if (isRoleMissing(role, objects)) {
    return [
      {
        ...common,
        subject: "roleRef",
        title: `${rbacName(object)} names ${rbacName(role)}, which does not exist, and grants nothing`,
        evidence: [
          fieldEvidence(object, "roleRef", { kind: role.kind, name: role.name }),
          fieldEvidence(role, "metadata.name", undefined),
        ],
        remedies: [
          {
            step: `Create ${rbacName(role)}, or delete ${rbacName(object)}, whose roleRef cannot be changed.`,
          },
        ],
      },
    ];
  }
  const missing = accounts.filter((account) => isAccountMissing(account, objects));
  if (missing.length === 0 || missing.length < (binding.subjects?.length ?? 0)) return [];
  const evidence: readonly [Evidence, ...Evidence[]] = [
    fieldEvidence(object, "subjects", binding.subjects),
    ...missing.slice(0, 3).map((account) => fieldEvidence(account, "metadata.name", undefined)),
  ];
  return [
    {
      ...common,
      subject: "subjects",
      title: `${rbacName(object)} grants to ServiceAccounts only that do not exist`,
      evidence,
      remedies: [
        { step: `Correct the subjects of ${rbacName(object)}, or delete it when it is a leftover.` },
      ],
    },
  ];
}
