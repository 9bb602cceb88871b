import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { serverCause } from "../../kube/config/database-server.ts";
import { logsAbout } from "../../kube/logs/failing-logs.ts";
import { refusedIn } from "../../kube/logs/refused-objects.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf } from "../../kube/refs.ts";
import { limitRangeOf, parseViolation, WORDS } from "./violation.ts";

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "limitRanges">;

/** A program that creates Pods itself, and logs that a LimitRange does not allow what they ask for. */
export function loggedViolations(objects: Read, asOf: string): readonly Finding[] {
  return logsAbout("refused_object", objects, asOf).flatMap(({ place, trouble, said }) => {
    const violation = parseViolation(trouble.text);
    const namespace = refusedIn(trouble.text) ?? place.podRef.namespace;
    const { ref, evidence } = violation
      ? limitRangeOf(namespace, violation, objects)
      : { ref: undefined, evidence: [] };
    if (!violation || !ref || parseQuantity(violation.allowed) === undefined) return [];
    const { resource, bound, allowed, type, side } = violation;
    return [
      serverCause(place, {
        object: ref,
        title: `${nameOf(ref)} of namespace ${namespace} does not allow what container ${place.name} of ${nameOf(place.workload)} creates`,
        confidence: trouble.confidence,
        evidence: [said(trouble.line), ...evidence],
        affects: namespace === place.podRef.namespace ? [place.podRef] : [],
        related: [place.podRef, place.workload],
        remedies: [
          {
            step: `Configure ${nameOf(place.workload)} so that what it creates sets resources${side ? `.${side}` : ""}[${resource}] ${WORDS[bound]} ${allowed} for each ${type}.`,
            object: place.workload,
          },
          { step: `Or change spec.limits of ${nameOf(ref)}.`, object: ref },
        ],
        details: { ...violation, side: side ?? null, container: place.name },
      }),
    ];
  });
}
