import { isDnsSubdomain, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { serverCause } from "../../kube/config/database-server.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { isQualifiedName } from "../../kube/grammar.ts";
import { logsAbout, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { readLine } from "../../kube/logs/readable.ts";
import { refusedIn } from "../../kube/logs/refused-objects.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { formatAmount, formatBound } from "../../kube/scheduling/requests.ts";
import { type Excess, fitsNow, parseQuotaRefusal, plainResource } from "./usage.ts";

type Quota = ObjectOf<"resourceQuotas">;
type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "resourceQuotas">;

/** A program that creates Pods or other objects itself, and logs that a quota does not allow it. */
export function loggedRefusals(objects: Read, asOf: string): readonly Finding[] {
  return logsAbout("refused_object", objects, asOf).flatMap((failing) => findingOf(failing, objects));
}

function findingOf({ place, trouble, said, ended, recent }: TroubledLog, objects: Read): readonly Finding[] {
  const refusal = parseQuotaRefusal(trouble.text);
  const namespace = refusedIn(trouble.text) ?? place.podRef.namespace;
  const quota = refusal && objects.resourceQuotas.get(namespace, refusal.quota);
  const excesses = refusal?.excesses.filter(({ resource }) => isQualifiedName(resource)) ?? [];
  if (!quota || !isDnsSubdomain(quota.metadata.name) || excesses.length === 0) return [];
  const hasRoom = excesses.every((excess) => fitsNow(excess, quota));
  // Whoever tries again has got it meanwhile.
  if (hasRoom && !ended) return [];
  const object = refOf(quota);
  const isOwn = namespace === place.podRef.namespace;
  const wanted = wantedObjects(recent);
  return [
    serverCause(place, {
      object,
      title: `${nameOf(object)} of namespace ${namespace} does not allow what container ${place.name} of ${nameOf(place.workload)} creates`,
      confidence: hasRoom ? "possible" : trouble.confidence,
      evidence: [
        said(trouble.line),
        ...excesses.flatMap(({ resource }) => [
          fieldEvidence(object, `status.used[${resource}]`, quota.status?.used?.[resource]),
          fieldEvidence(object, `status.hard[${resource}]`, quota.status?.hard?.[resource]),
        ]),
      ],
      affects: isOwn ? [place.podRef] : [],
      related: [place.podRef, place.workload],
      remedies: [
        ...excesses.map((excess) => raised(excess, quota, wanted)),
        {
          step: `Or let ${nameOf(place.workload)} ask for less or fewer of them, or remove what else takes ${excesses.map(({ resource }) => resource).join(", ")} in namespace ${namespace}.`,
          object: place.workload,
        },
      ],
      details: {
        container: place.name,
        resources: excesses.map(({ resource, requested, used, hard }) => {
          const show = (amount: number) => formatAmount(plainResource(resource), amount);
          return { resource, requested: show(requested), used: show(used), hard: show(hard) };
        }),
      },
    }),
  ];
}

/** How many objects the log names that the quota refused; at least one. */
function wantedObjects(lines: readonly string[]): number {
  const names = lines.flatMap((line) => {
    const { text } = readLine(line);
    return text.includes("exceeded quota: ") ? (/"([^"\s]{1,253})" is forbidden/.exec(text)?.[1] ?? []) : [];
  });
  return Math.max(1, new Set(names).size);
}

function raised({ resource, requested, used }: Excess, quota: Quota, wanted: number) {
  const needed = formatBound(plainResource(resource), used + requested * wanted);
  return {
    step: `Raise spec.hard[${resource}] of ${nameOf(refOf(quota))} to ${needed} or more.`,
    patch: toYaml({ spec: { hard: { [resource]: needed } } }),
  };
}
