import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence } from "../../check.ts";
import { lastTermination } from "../../kube/containers.ts";
import { lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, containerEvents, type Place, unhealthyPlaces } from "../../kube/places.ts";
import { probeRemedy, probeWords } from "../../kube/probes/probe-words.ts";
import { probeBudget, probeEvent, probeProblem } from "../../kube/probes/probes.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

const WINDOW = 3_600;

export const startupProbeFailing = defineCheck({
  id: "startup_probe_failing",
  title: "Startup probe does not succeed in time",
  when: "a container that has not started up was killed within the last hour because its startup probe failed, or is past the time that the probe allows",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  supersedes: ["container_exits_with_error", "container_completes", "init_container_failing"],
  run: ({ objects, asOf }) =>
    unhealthyPlaces(objects).flatMap((place) => {
      const probe = place.spec.startupProbe;
      if (!probe || place.status?.started === true) return [];
      const proof = proofOf(place, objects, asOf);
      if (!proof) return [];
      const field = `${place.field}.startupProbe`;
      const event = containerEvents(place, objects, "Unhealthy").find(({ message }) =>
        message?.startsWith("Startup probe"),
      );
      const problem = probeProblem(event?.message ?? "");
      const budget = probeBudget(probe);
      const workload = nameOf(place.workload);
      return [
        containerCause(place, {
          title: `The startup probe of container ${place.name} of ${workload} ${probeWords(problem)}`,
          confidence: "likely",
          evidence: [
            proof,
            ...(event ? [eventEvidence(place.podRef, event)] : []),
            fieldEvidence(place.workload, field, probe),
          ],
          details: { container: place.name, problem: problem.kind, allowed_seconds: budget },
          remedies: [
            { step: probeRemedy(problem, field, workload, probe.httpGet?.path) },
            {
              step: `If the program needs longer than ${budget} seconds to start, raise ${field}.failureThreshold of ${workload}.`,
              patch: containerPatch(place, {
                startupProbe: { failureThreshold: (probe.failureThreshold ?? 3) * 3 },
              }),
            },
          ],
        }),
      ];
    }),
});

function proofOf(place: Place, objects: Pick<Objects, "events">, asOf: string): Evidence | undefined {
  const killing = containerEvents(place, objects, "Killing").find(({ message }) =>
    message?.includes("failed startup probe"),
  );
  const age = killing && secondsBetween(lastSeen(killing), asOf);
  if (killing && (age === undefined || age < WINDOW) && lastTermination(place)) {
    return eventEvidence(place.podRef, killing);
  }
  const runs = secondsBetween(place.status?.state?.running?.startedAt, asOf);
  const probe = place.spec.startupProbe;
  if (!probe || runs === undefined || runs <= probeBudget(probe)) return undefined;
  const event = probeEvent(place, "startup", objects);
  return event
    ? eventEvidence(place.podRef, event)
    : fieldEvidence(place.podRef, `${place.statusPath}.started`, place.status?.started);
}
