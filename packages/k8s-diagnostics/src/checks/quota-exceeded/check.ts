import { isDnsSubdomain, type ObjectOf, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import {
  CREATE_READS,
  type CreateFailure,
  createFailures,
  type PodTemplateSpec,
} from "../../kube/admission/create-failures.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf } from "../../kube/refs.ts";
import { restartOf } from "../../kube/remedy-parts.ts";
import { setResources } from "../../kube/resource-remedies.ts";
import { floorAmount, formatAmount, formatBound } from "../../kube/scheduling/requests.ts";
import { loggedRefusals } from "./logged.ts";
import { refusedServices } from "./refused-services.ts";
import { roomPerPod } from "./room.ts";
import { type Excess, fitsNow, largestAsk, largestUsers, parseQuotaRefusal, plainResource } from "./usage.ts";

/** A program that gets less than this part of what it asked for will hardly do. */
const LEAST_SHARE = 0.5;

export const quotaExceeded = defineCheck({
  id: "quota_exceeded",
  title: "A ResourceQuota is used up",
  when: "a controller lacks Pods because a ResourceQuota of the namespace does not allow more; or clients miss a Service of a namespace whose quota of Services is used up; or a program logs again and again, or as it ends, that what it creates itself is refused so",
  severity: "high",
  level: "cause",
  reads: [
    ...CREATE_READS,
    "resourceQuotas",
    "pods",
    "logs",
    "services",
    "namespaces",
    "deployments",
    "statefulSets",
    "daemonSets",
    "replicaSets",
    "jobs",
  ],
  supersedes: [
    "replicas_not_created",
    "client_address_wrong",
    "dependency_unreachable",
    "container_exits_with_error",
  ],
  run: ({ objects, asOf }) => [
    ...createFailures(objects).flatMap((failure): readonly Finding[] => {
      const refusal = parseQuotaRefusal(failure.message);
      const { namespace } = failure.owner;
      if (!refusal || !isDnsSubdomain(refusal.quota)) return [];
      const quota = objects.resourceQuotas.get(namespace, refusal.quota);
      if (!quota && objects.resourceQuotas.knows(namespace, refusal.quota)) return [];
      const excesses = refusal.excesses.filter(({ resource }) => isQualifiedName(resource));
      return [findingOf(failure, refusal.quota, excesses, quota, objects)];
    }),
    ...refusedServices(objects, asOf),
    ...loggedRefusals(objects, asOf),
  ],
});

function findingOf(
  { owner, workload, base, template, missing, evidence }: CreateFailure,
  name: string,
  excesses: readonly Excess[],
  quota: ObjectOf<"resourceQuotas"> | undefined,
  objects: Pick<Objects, "deployments" | "pods" | "replicaSets" | "jobs">,
): Finding {
  const ref = { kind: "ResourceQuota", namespace: owner.namespace, name };
  const relieved = quota !== undefined && excesses.every((excess) => fitsNow(excess, quota));
  return {
    object: ref,
    title: `${nameOf(ref)} of namespace ${owner.namespace} is used up`,
    confidence: relieved ? "possible" : "certain",
    evidence: [
      evidence,
      ...(quota
        ? excesses.flatMap(({ resource }) => [
            fieldEvidence(ref, `status.used[${resource}]`, quota.status?.used?.[resource]),
            fieldEvidence(ref, `status.hard[${resource}]`, quota.status?.hard?.[resource]),
          ])
        : []),
      ...excesses.slice(0, 1).flatMap(({ resource }) => {
        const ask = largestAsk(template, resource);
        const path = `${base}.containers[${ask?.container}].resources.${ask?.side}[${plainResource(resource)}]`;
        return ask ? [fieldEvidence(workload, path, ask.value)] : [];
      }),
    ],
    affects: [owner],
    remedies: relieved
      ? [
          {
            step: `Wait until ${nameOf(workload)} tries again, or restart its rollout: the quota has room by now.`,
            ...restartOf(workload),
          },
        ]
      : excesses.length === 0
        ? [{ step: `Raise spec.hard of ${nameOf(ref)}, or remove what is not needed.` }]
        : excesses.flatMap((excess) =>
            remediesFor(excess, missing, nameOf(ref), workload, template, objects),
          ),
    details: {
      missing_pods: missing,
      resources: excesses.map(({ resource, requested, used, hard }) => {
        const show = (amount: number) => formatAmount(plainResource(resource), amount);
        const users = largestUsers(owner.namespace, resource, objects);
        return {
          resource,
          requested: show(requested),
          used: show(used),
          hard: show(hard),
          ...(users.length > 0 && {
            largest_users: users.map((user) => ({ ...user, amount: show(user.amount) })),
          }),
        };
      }),
    },
  };
}

function remediesFor(
  excess: Excess,
  missing: number,
  quota: string,
  workload: ObjectRef,
  template: PodTemplateSpec,
  objects: Pick<Objects, "deployments" | "replicaSets" | "pods">,
): readonly Remedy[] {
  const { resource, requested, used } = excess;
  const plain = plainResource(resource);
  const needed = formatBound(plain, used + requested * missing);
  const raise = {
    step: `Raise spec.hard[${resource}] of ${quota} to ${needed} or more, so that the missing Pods of ${nameOf(workload)} fit.`,
    patch: toYaml({ spec: { hard: { [resource]: needed } } }),
  };
  const free = {
    step: `Or free ${resource}: lower what ${nameOf(workload)} or others in the namespace request, or their replicas.`,
  };
  const ask = template?.containers.length === 1 ? largestAsk(template, resource) : undefined;
  const left = roomPerPod(excess, missing, workload, objects);
  if (!ask || left < requested * LEAST_SHARE) return [raise, free];
  return [
    raise,
    {
      step: `Or lower the ${ask.side} of ${nameOf(workload)}: ${formatAmount(plain, left)} of ${plain} are left for each missing Pod.`,
      ...setResources(workload, [
        { container: ask.container, [ask.side]: { [plain]: floorAmount(plain, left) } },
      ]),
    },
  ];
}
