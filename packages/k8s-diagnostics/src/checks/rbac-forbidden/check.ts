import { isDnsLabel, isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { failingLogs } from "../../kube/logs/failing-logs.ts";
import { toYaml } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

/** As the API server's RBAC authorizer words a refusal; also inside JSON or quoted log messages. */
const REFUSAL =
  /User \\?"system:serviceaccount:([^:"\\\s]{1,63}):([^:"\\\s]{1,253})\\?" cannot ([a-z]{1,40}) resource \\?"([a-z0-9./-]{1,253})\\?" in API group \\?"([a-z0-9.-]{0,253})\\?"(?: in the namespace \\?"([a-z0-9-]{1,63})\\?")?/;

interface Refusal {
  readonly line: string;
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  /** Undefined for the whole cluster. */
  readonly scope: string | undefined;
}

export const rbacForbidden = defineCheck({
  id: "rbac_forbidden",
  title: "Program's ServiceAccount lacks a permission in the cluster",
  when: "the log of a failing container says that the API server refused what its own ServiceAccount asked for",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs"],
  supersedes: [
    "dependency_unreachable",
    "log_permission_denied",
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
  ],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf).flatMap(({ place, recent, said }) => {
      const account = accountOf(place);
      const [refusal] = recent.flatMap((line) => refusalOf(line, account));
      if (!refusal) return [];
      const { line, verb, resource, group, scope } = refusal;
      return [
        containerCause(place, {
          object: account,
          title: `${nameOf(account)} lacks a permission that container ${place.name} of ${nameOf(place.workload)} needs`,
          confidence: "likely",
          evidence: [said(line), fieldEvidence(place.podRef, "spec.serviceAccountName", account.name)],
          details: {
            container: place.name,
            verb,
            resource,
            api_group: group,
            ...(scope !== undefined && { namespace: scope }),
          },
          remedies: [remedy(account, refusal)],
        }),
      ];
    }),
});

function accountOf({ pod, podRef }: Place): ObjectRef {
  const given = pod.spec?.serviceAccountName;
  const name = given !== undefined && isDnsSubdomain(given) ? given : "default";
  return { kind: "ServiceAccount", namespace: podRef.namespace, name };
}

/** A refusal of this account; what a log tells of others is not the program's own failure. */
function refusalOf(line: string, account: ObjectRef): readonly Refusal[] {
  const [, namespace, name, verb = "", resource = "", group = "", scope] = REFUSAL.exec(line) ?? [];
  if (namespace !== account.namespace || name !== account.name) return [];
  return [
    { line, verb, resource, group, scope: scope !== undefined && isDnsLabel(scope) ? scope : undefined },
  ];
}

function remedy(account: ObjectRef, { verb, resource, group, scope }: Refusal): Remedy {
  const where =
    scope === undefined
      ? "a ClusterRole, and bind it by a ClusterRoleBinding"
      : `a Role in namespace ${scope}, and bind it by a RoleBinding`;
  return {
    step: `Add the rule to ${where} to ${nameOf(account)} of namespace ${account.namespace}.`,
    patch: toYaml({ rules: [{ apiGroups: [group], resources: [resource], verbs: [verb] }] }),
  };
}
