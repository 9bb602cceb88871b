import {
  isDnsLabel,
  isDnsSubdomain,
  type ObjectOf,
  type ObjectRef,
  type Objects,
} from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { clientGroups, connectionProblems, type LoggedProblem } from "../../kube/network/clients.ts";
import { toYaml } from "../../kube/patch.ts";
import { placesOf } from "../../kube/places.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";
import { type WorkloadSources, workloadsIn } from "../../kube/workloads.ts";

type Quota = ObjectOf<"resourceQuotas">;
type Read = WorkloadSources &
  Pick<Objects, "resourceQuotas" | "pods" | "jobs" | "logs" | "services" | "namespaces">;

/**
 * A Service that its clients miss, where the quota has no room for one more. Nothing tells that it was refused: a
 * refusal goes to whoever wanted to create it.
 */
export function refusedServices(objects: Read, asOf: string): readonly Finding[] {
  const full = objects.resourceQuotas.all.flatMap((quota) => {
    const resource = ["services", "count/services"].find((each) => isFull(quota, each));
    return resource !== undefined && isDnsSubdomain(quota.metadata.name) ? [{ quota, resource }] : [];
  });
  if (full.length === 0) return [];
  const missing = missingServices(objects, asOf);
  return full.flatMap(({ quota, resource }) =>
    missing
      .filter(({ service }) => service.namespace === quota.metadata.namespace)
      .slice(0, 1)
      .map((each) => findingOf(quota, resource, each, objects)),
  );
}

function isFull({ status }: Quota, resource: string): boolean {
  const used = parseQuantity(status?.used?.[resource]);
  const hard = parseQuantity(status?.hard?.[resource]);
  return used !== undefined && hard !== undefined && used >= hard;
}

interface Missing {
  readonly service: ObjectRef;
  readonly said: LoggedProblem;
  readonly pods: readonly ObjectRef[];
}

/** Those of which a client says that the name does not resolve, and that are no slip of another's name. */
function missingServices(objects: Read, asOf: string): readonly Missing[] {
  const problemsOf = connectionProblems(objects, asOf);
  const found = clientGroups(objects, asOf).flatMap(({ pod, troubled }) =>
    placesOf(pod, objects).flatMap((place) =>
      problemsOf(place)
        .filter(({ problem }) => problem === "dns")
        .flatMap((said) =>
          said.targets
            .filter(({ service }) => isMissing(service, objects))
            .map(({ service }) => ({ service, said, pods: troubled.length > 0 ? troubled : [place.podRef] })),
        ),
    ),
  );
  return [...new Map(found.toReversed().map((each) => [refKey(each.service), each])).values()];
}

function isMissing({ namespace, name }: ObjectRef, { services }: Read): boolean {
  if (!isDnsLabel(name) || services.get(namespace, name) || !services.knows(namespace, name)) return false;
  const others = services.in(namespace).map(({ metadata }) => metadata.name);
  return nearestName(name, others) === undefined;
}

function findingOf(quota: Quota, resource: string, { service, said, pods }: Missing, objects: Read): Finding {
  const object = refOf(quota);
  const needed = String((parseQuantity(quota.status?.used?.[resource]) ?? 0) + 1);
  const hasServer = workloadsIn(objects, service.namespace).some(
    ({ metadata }) => metadata.name === service.name,
  );
  return {
    object,
    subject: "services",
    title: `${nameOf(object)} has no room for ${nameOf(service)}, which clients miss`,
    confidence: hasServer ? "likely" : "possible",
    evidence: [
      fieldEvidence(object, `status.used[${resource}]`, quota.status?.used?.[resource]),
      fieldEvidence(object, `status.hard[${resource}]`, quota.status?.hard?.[resource]),
      said.evidence,
      fieldEvidence(service, "metadata.name", undefined),
    ],
    affects: pods,
    related: [service],
    remedies: [
      {
        step: `Raise spec.hard[${resource}] of ${nameOf(object)} to ${needed} or more, or delete a Service that is not needed.`,
        patch: toYaml({ spec: { hard: { [resource]: needed } } }),
      },
      { step: `Then create ${nameOf(service)} in namespace ${service.namespace}.`, object: service },
    ],
  };
}
