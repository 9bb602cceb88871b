import { isDnsSubdomain, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { type FailingLog, failingLogs } from "../../kube/logs/failing-logs.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { RBAC_READS } from "../../kube/rbac/bindings.ts";
import { reasonOf } from "../../kube/rbac/reasons.ts";
import { parseRefusal, type Refusal } from "../../kube/rbac/refusals.ts";
import { sameRef } from "../../kube/refs.ts";
import { faultOf, scopeOf } from "./finding.ts";

const MAX_REFUSALS = 10;

export const rbacForbidden = defineCheck({
  id: "rbac_forbidden",
  title: "Program's ServiceAccount lacks a permission in the cluster",
  when: "the log of a failing container says that the API server refused what its own ServiceAccount asked for, and the roles and bindings that were read do not grant it since",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", ...RBAC_READS],
  supersedes: [
    "dependency_unreachable",
    "log_permission_denied",
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
  ],
  run: ({ objects, asOf }) => failingLogs(objects, asOf).flatMap((failing) => findingOf(failing, objects)),
});

function findingOf(
  { place, recent, said }: FailingLog,
  objects: Pick<Objects, (typeof RBAC_READS)[number]>,
): readonly Finding[] {
  const account = accountOf(place);
  const refusals = recent
    .flatMap((line) => parseRefusal(line) ?? [])
    // What a log tells of others is not the program's own failure.
    .filter((refusal) => sameRef(refusal.account, account));
  const distinct = Map.groupBy(refusals, ({ request, informer }) => JSON.stringify([request, informer]));
  const refused = [...distinct.values()]
    .flatMap(([newest]) => newest ?? [])
    .slice(0, MAX_REFUSALS)
    .map((refusal) => ({ refusal, reason: reasonOf(account, refusal.request, objects) }))
    .filter(({ reason }) => reason.kind !== "granted");
  const [main] = refused;
  if (!main) return [];
  const alike = refused
    .map(({ refusal }) => refusal)
    .filter((refusal) => scopeOf(refusal) === scopeOf(main.refusal));
  const fault = faultOf(place, account, main.reason, alike);
  if (!fault) return [];
  return [
    containerCause(place, {
      ...fault,
      confidence: "likely",
      evidence: [said(main.refusal.line), ...fault.evidence],
      related: [account],
      details: { container: place.name, ...detailsOf(main.refusal) },
    }),
  ];
}

function accountOf({ pod, podRef }: Place): ObjectRef {
  const given = pod.spec?.serviceAccountName;
  const name = given !== undefined && isDnsSubdomain(given) ? given : "default";
  return { kind: "ServiceAccount", namespace: podRef.namespace, name };
}

function detailsOf({ request }: Refusal): Readonly<Record<string, unknown>> {
  if ("path" in request) return { verb: request.verb, path: request.path };
  const { verb, resource, group, namespace } = request;
  return { verb, resource, api_group: group, ...(namespace !== undefined && { namespace }) };
}
