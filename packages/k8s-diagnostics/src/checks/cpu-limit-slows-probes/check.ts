import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, containerEvents, type Place, placesOf } from "../../kube/places.ts";
import { isFinished, isHealthyPod } from "../../kube/pods.ts";
import { probeProblem } from "../../kube/probes/probes.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "events">;

const WINDOW = 600;

/** Whether it is throttled only measurements tell: it stays advice, and says what could not be decided. */
export const cpuLimitSlowsProbes = defineCheck({
  id: "cpu_limit_slows_probes",
  title: "Container with a CPU limit may be too slow for its probes",
  when: "probes of a container with a CPU limit of less than one core ran into their timeouts within the last ten minutes, and it is not ready or was restarted",
  severity: "low",
  level: "symptom",
  reads: ["pods", "replicaSets", "jobs", "events"],
  run: ({ objects, asOf }) =>
    suspects(objects, asOf).map(({ place, evidence }) =>
      containerCause(place, {
        object: place.podRef,
        title: `Container ${place.name} of ${nameOf(place.workload)} answers its probes too late, perhaps because of its CPU limit`,
        confidence: "possible",
        evidence: [
          evidence,
          fieldEvidence(
            place.workload,
            `${place.field}.resources.limits.cpu`,
            place.spec.resources?.limits?.cpu,
          ),
        ],
        details: { container: place.name },
        remedies: [
          {
            step: `Measure whether container ${place.name} is throttled (container_cpu_cfs_throttled_periods_total); if so, raise or remove ${place.field}.resources.limits.cpu of ${nameOf(place.workload)}.`,
            object: place.workload,
            patch: containerPatch(place, { resources: { limits: { cpu: null } } }),
          },
        ],
      }),
    ),
  undecided: ({ objects, asOf }) =>
    suspects(objects, asOf).map(({ place: { podRef } }) => ({ object: podRef, reason: "needs_metrics" })),
});

interface Suspect {
  readonly place: Place;
  readonly evidence: Evidence;
}

function suspects(objects: Read, asOf: string): readonly Suspect[] {
  return objects.pods.all
    .filter((pod) => !isFinished(pod) && (!isHealthyPod(pod) || wasRestarted(pod)) && hasLimit(pod))
    .flatMap((pod) => placesOf(pod, objects))
    .flatMap((place) => {
      const limit = parseQuantity(place.spec.resources?.limits?.cpu);
      if (limit === undefined || limit >= 1) return [];
      const event = containerEvents(place, objects, "Unhealthy").find(
        (found) =>
          probeProblem(found.message ?? "").kind === "timeout" &&
          (secondsBetween(lastSeen(found), asOf) ?? 0) < WINDOW,
      );
      return event ? [{ place, evidence: eventEvidence(place.podRef, event) }] : [];
    });
}

type Pod = Place["pod"];

function wasRestarted({ status }: Pod): boolean {
  return status?.containerStatuses?.some(({ restartCount }) => restartCount > 0) === true;
}

function hasLimit({ spec }: Pod): boolean {
  return spec?.containers.some(({ resources }) => resources?.limits?.cpu !== undefined) === true;
}
