import { defineCheck } from "../../check.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, type Place, unhealthyPlaces } from "../../kube/places.ts";
import { otherPorts } from "../../kube/probes/other-ports.ts";
import { probeRemedy, probeWords } from "../../kube/probes/probe-words.ts";
import { probeBudget, probeEvent, probeProblem } from "../../kube/probes/probes.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

export const readinessProbeFailing = defineCheck({
  id: "readiness_probe_failing",
  title: "Readiness probe does not succeed",
  when: "a container has been running for longer than its readiness probe allows and is not ready",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "logs"],
  run: ({ objects, asOf }) =>
    unhealthyPlaces(objects)
      .filter((place) => isOverdue(place, asOf))
      .map((place) => {
        const field = `${place.field}.readinessProbe`;
        const event = probeEvent(place, "readiness", objects);
        const problem = probeProblem(event?.message ?? "");
        const workload = nameOf(place.workload);
        const probe = fieldEvidence(place.workload, field, place.spec.readinessProbe);
        const { readinessProbe = {} } = place.spec;
        const elsewhere = otherPorts(place, "readiness", readinessProbe, problem, objects);
        const state = fieldEvidence(place.podRef, `${place.statusPath}.ready`, false);
        return containerCause(place, {
          title: `The readiness probe of container ${place.name} of ${workload} ${probeWords(problem)}`,
          confidence: "likely",
          evidence: event
            ? [eventEvidence(place.podRef, event), ...elsewhere.evidence, probe, state]
            : [state, probe],
          details: {
            container: place.name,
            problem: problem.kind,
            ...(problem.kind === "status" && { status_code: problem.status }),
          },
          remedies: [
            ...elsewhere.remedies,
            {
              step: probeRemedy(problem, field, workload, readinessProbe.httpGet?.path),
              ...(problem.kind === "timeout" && {
                patch: containerPatch(place, {
                  readinessProbe: { timeoutSeconds: Math.max(5, 2 * (readinessProbe.timeoutSeconds ?? 1)) },
                }),
              }),
            },
          ],
        });
      }),
});

function isOverdue({ role, spec, status }: Place, asOf: string): boolean {
  if (role === "init" || !spec.readinessProbe || status?.ready !== false || status.started === false)
    return false;
  const runs = secondsBetween(status.state?.running?.startedAt, asOf);
  return runs !== undefined && runs > probeBudget(spec.readinessProbe);
}
