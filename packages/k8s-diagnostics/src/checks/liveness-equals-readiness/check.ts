import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { containerPatch } from "../../kube/patch.ts";
import { type Place, placesOf } from "../../kube/places.ts";
import { isFinished } from "../../kube/pods.ts";
import type { ProbeSpec } from "../../kube/probes/probes.ts";
import { nameOf, refKey } from "../../kube/refs.ts";

export const livenessEqualsReadiness = defineCheck({
  id: "liveness_equals_readiness",
  title: "Liveness probe asks the same as the readiness probe, and no later",
  when: "both probes of a container ask the same, and the liveness probe gives up no later: a container that is busy for a moment is killed instead of getting no traffic",
  severity: "low",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs"],
  run: ({ objects }) => [...equalProbes(objects).values()].map(findingOf),
});

function equalProbes(objects: Pick<Objects, "pods" | "replicaSets" | "jobs">): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const pod of objects.pods.all) {
    if (isFinished(pod) || !pod.spec?.containers.some(({ livenessProbe }) => livenessProbe)) continue;
    for (const place of placesOf(pod, objects)) {
      const { livenessProbe: liveness, readinessProbe: readiness } = place.spec;
      if (!liveness || !readiness || question(liveness) !== question(readiness)) continue;
      if (patience(liveness) <= patience(readiness))
        found.set(`${refKey(place.workload)}/${place.name}`, place);
    }
  }
  return found;
}

function question({ httpGet, tcpSocket, exec, grpc }: ProbeSpec): string {
  return JSON.stringify([httpGet, tcpSocket, exec, grpc]);
}

/** Seconds of failing after which a running container is held to have failed. */
function patience({ periodSeconds = 10, failureThreshold = 3 }: ProbeSpec): number {
  return periodSeconds * failureThreshold;
}

function findingOf(place: Place): Finding {
  const { workload, field, name, spec } = place;
  const { livenessProbe: liveness, readinessProbe: readiness } = spec;
  const threshold = Math.ceil((2 * patience(readiness ?? {})) / (liveness?.periodSeconds ?? 10));
  return {
    object: workload,
    subject: name,
    title: `The liveness probe of container ${name} of ${nameOf(workload)} is its readiness probe`,
    confidence: "certain",
    evidence: [
      fieldEvidence(workload, `${field}.livenessProbe`, spec.livenessProbe),
      fieldEvidence(workload, `${field}.readinessProbe`, spec.readinessProbe),
    ],
    details: { container: name },
    remedies: [
      {
        step: `Let ${field}.livenessProbe of ${nameOf(workload)} ask for less (only whether the process works), or raise its failureThreshold above the readiness probe's, for example to ${threshold}.`,
        patch: containerPatch(place, { livenessProbe: { failureThreshold: threshold } }),
      },
    ],
  };
}
