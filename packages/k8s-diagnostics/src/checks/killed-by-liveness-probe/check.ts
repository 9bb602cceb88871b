import { defineCheck, type Evidence, type Remedy } from "../../check.ts";
import { type Event, lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { type Exit, isDown, recentEnds, runSeconds } from "../../kube/exits/exits.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, containerEvents } from "../../kube/places.ts";
import { type ProbeSpec, probeBudget } from "../../kube/probes/probes.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

const KILLED_BY_SIGNAL = new Set([137, 143]);
const WINDOW = 3_600;

export const killedByLivenessProbe = defineCheck({
  id: "killed_by_liveness_probe",
  title: "Container is restarted because its liveness probe fails",
  when: "a container keeps restarting and the kubelet killed it within the last hour because its liveness probe failed",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  supersedes: ["container_exits_with_error", "container_completes", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    recentEnds(objects, asOf).flatMap((exit) => {
      const { place, terminated, path } = exit;
      const probe = place.spec.livenessProbe;
      if (!probe || terminated.reason === "OOMKilled" || terminated.reason === "StartError") return [];
      if (!isDown(exit) && (place.status?.restartCount ?? 0) < 2 && place.status?.ready) return [];
      const killing = containerEvents(place, objects, "Killing").find(
        (event) => event.message?.includes("failed liveness probe") && isRecent(event, asOf),
      );
      if (!killing && !looksKilled(exit, probe)) return [];
      const unhealthy = containerEvents(place, objects, "Unhealthy").find(({ message }) =>
        message?.startsWith("Liveness probe"),
      );
      const ended: Evidence = fieldEvidence(place.podRef, `${path}.exitCode`, terminated.exitCode);
      return [
        containerCause(place, {
          title: `Container ${place.name} of ${nameOf(place.workload)} is killed because its liveness probe fails`,
          confidence: killing ? "certain" : "possible",
          evidence: [
            killing ? eventEvidence(place.podRef, killing) : ended,
            fieldEvidence(place.workload, `${place.field}.livenessProbe`, probe),
            ...(unhealthy ? [eventEvidence(place.podRef, unhealthy)] : []),
            ...(killing ? [ended] : []),
          ],
          details: {
            container: place.name,
            exit_code: terminated.exitCode,
            restart_count: place.status?.restartCount ?? 0,
            allowed_seconds: probeBudget(probe),
            ...(runSeconds(terminated) !== undefined && { ran_seconds: runSeconds(terminated) }),
          },
          remedies: remedies(exit, probe),
        }),
      ];
    }),
});

function isRecent(event: Event, asOf: string): boolean {
  const age = secondsBetween(lastSeen(event), asOf);
  return age === undefined || age < WINDOW;
}

/** Without events: killed by a signal just when the probe's patience (and the grace period) ended. */
function looksKilled({ place, terminated }: Exit, probe: ProbeSpec): boolean {
  const ran = runSeconds(terminated);
  if (ran === undefined || !KILLED_BY_SIGNAL.has(terminated.exitCode)) return false;
  const budget = probeBudget(probe);
  const grace = place.pod.spec?.terminationGracePeriodSeconds ?? 30;
  return ran >= budget - 1 && ran <= budget + grace + 2 * (probe.periodSeconds ?? 10);
}

/** A container that is killed as soon as the probe allows never got the time to start. */
function remedies({ place, terminated }: Exit, probe: ProbeSpec): readonly Remedy[] {
  const field = `${place.field}.livenessProbe`;
  const workload = nameOf(place.workload);
  const ran = runSeconds(terminated);
  const budget = probeBudget(probe);
  const neverStarted = ran !== undefined && ran <= 2 * budget + 60 && !place.spec.startupProbe;
  const correct: Remedy = {
    step: `Correct ${field} of ${workload} (path, port, command, timeoutSeconds), or make the program answer it.`,
  };
  if (!neverStarted) return [correct];
  return [
    correct,
    {
      step: `If the program needs longer than ${budget} seconds to start, give container ${place.name} a startupProbe, or raise ${field}.initialDelaySeconds.`,
      patch: containerPatch(place, {
        livenessProbe: { initialDelaySeconds: Math.max(60, budget * 3) },
      }),
    },
  ];
}
