import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { type Event, lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { type Exit, isDown, recentEnds, runSeconds } from "../../kube/exits/exits.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, containerEvents } from "../../kube/places.ts";
import { otherPorts } from "../../kube/probes/other-ports.ts";
import { probeWords } from "../../kube/probes/probe-words.ts";
import { type ProbeProblem, type ProbeSpec, probeBudget, probeProblem } from "../../kube/probes/probes.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";
import { startUpTimes, startupProbeFor } from "./start-up.ts";

const KILLED_BY_SIGNAL = new Set([137, 143]);
const WINDOW = 3_600;

export const killedByLivenessProbe = defineCheck({
  id: "killed_by_liveness_probe",
  title: "Container is restarted because its liveness probe fails",
  when: "a container keeps restarting and the kubelet killed it within the last hour because its liveness probe failed",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events", "logs"],
  supersedes: ["container_exits_with_error", "container_completes", "readiness_probe_failing"],
  run: ({ objects, asOf }) => {
    const startUp = startUpTimes(objects);
    return recentEnds(objects, asOf).flatMap((exit) => findingsOf(exit, startUp, objects, asOf));
  },
});

function findingsOf(
  exit: Exit,
  startUpOf: (place: Exit["place"]) => number | undefined,
  objects: Pick<Objects, "events" | "logs">,
  asOf: string,
): readonly Finding[] {
  const { place, terminated } = exit;
  const probe = place.spec.livenessProbe;
  if (!probe || terminated.reason === "OOMKilled" || terminated.reason === "StartError") return [];
  if (!isDown(exit) && (place.status?.restartCount ?? 0) < 2 && place.status?.ready) return [];
  const killing = containerEvents(place, objects, "Killing").find(
    (event) => event.message?.includes("failed liveness probe") && isRecent(event, asOf),
  );
  return killing || looksKilled(exit, probe)
    ? [findingOf(exit, probe, killing, startUpOf(place), objects)]
    : [];
}

function findingOf(
  exit: Exit,
  probe: ProbeSpec,
  killing: Event | undefined,
  startUp: number | undefined,
  objects: Pick<Objects, "events" | "logs">,
): Finding {
  const { place, terminated, path } = exit;
  const unhealthy = containerEvents(place, objects, "Unhealthy").find(({ message }) =>
    message?.startsWith("Liveness probe"),
  );
  const ran = runSeconds(terminated);
  const ended = fieldEvidence(place.podRef, `${path}.exitCode`, terminated.exitCode);
  const budget = probeBudget(probe);
  const problem = probeProblem(unhealthy?.message ?? "");
  const elsewhere = otherPorts(place, "liveness", probe, problem, objects);
  const why = unhealthy && problem.kind !== "unknown" ? probeWords(problem) : "fails";
  return containerCause(place, {
    title: `Container ${place.name} of ${nameOf(place.workload)} is killed because its liveness probe ${why}`,
    confidence: killing ? "certain" : "possible",
    evidence: [
      killing ? eventEvidence(place.podRef, killing) : ended,
      ...(unhealthy ? [eventEvidence(place.podRef, unhealthy)] : []),
      ...elsewhere.evidence,
      fieldEvidence(place.workload, `${place.field}.livenessProbe`, probe),
      ...(startUp !== undefined && startUp > budget
        ? [fieldEvidence(place.workload, "start-up of its ready Pods, in seconds", startUp)]
        : []),
      ...(killing ? [ended] : []),
    ],
    details: {
      container: place.name,
      exit_code: terminated.exitCode,
      restart_count: place.status?.restartCount ?? 0,
      allowed_seconds: budget,
      ...(startUp !== undefined && { start_up_seconds: startUp }),
      ...(ran !== undefined && { ran_seconds: ran }),
    },
    remedies: [...elsewhere.remedies, ...remedies(exit, probe, startUp, problem)],
  });
}

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
function remedies(
  exit: Exit,
  probe: ProbeSpec,
  startUp: number | undefined,
  problem: ProbeProblem,
): readonly Remedy[] {
  const { place, terminated } = exit;
  const field = `${place.field}.livenessProbe`;
  const workload = nameOf(place.workload);
  const ran = runSeconds(terminated);
  const budget = probeBudget(probe);
  const tooShort = startUp !== undefined && startUp > budget;
  const neverStarted = tooShort || (ran !== undefined && ran <= 2 * budget + 60);
  const correct: Remedy = {
    step: `Correct ${field} of ${workload} (path, port, command, timeoutSeconds), or make the program answer it.`,
  };
  if (!neverStarted || place.spec.startupProbe) return [correct];
  const needed = Math.max(60, budget * 3, (startUp ?? 0) * 2);
  const startupProbe = startupProbeFor(probe, needed);
  const more: Remedy = {
    step: tooShort
      ? `Give container ${place.name} of ${workload} a startupProbe: it starts in about ${startUp} seconds, and the liveness probe allows ${budget}.`
      : `If the program needs longer than ${budget} seconds to start, give container ${place.name} a startupProbe, or raise ${field}.initialDelaySeconds.`,
    patch: containerPatch(
      place,
      startupProbe ? { startupProbe } : { livenessProbe: { initialDelaySeconds: needed } },
    ),
  };
  // A program that never got to listen is more often slow than on another port.
  return tooShort || problem.kind === "refused" ? [more, correct] : [correct, more];
}
