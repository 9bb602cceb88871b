import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { type Event, lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { containerPatch, type PatchValue } from "../../kube/patch.ts";
import { containerCause, containerEvents, type Place, unhealthyPlaces } from "../../kube/places.ts";
import {
  PROBE_FIELD,
  type ProbeKind,
  type ProbeSpec,
  probePort,
  probePortField,
  probeProblem,
} from "../../kube/probes/probes.ts";
import { suspectProbes } from "../../kube/probes/suspect-probes.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

const WINDOW = 3_600;
/** Source: k8s.io/apimachinery pkg/util/validation IsValidPortName */
const PORT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/;

export const probeWrongPort = defineCheck({
  id: "probe_wrong_port",
  title: "Probe asks a port that the container does not have",
  when: "a probe of a container that is not ready names a port that the container does not define, or is refused on a port other than the container's; of a liveness probe also while the container runs between two kills",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "events"],
  supersedes: [
    "readiness_probe_failing",
    "startup_probe_failing",
    "killed_by_liveness_probe",
    "container_exits_with_error",
    "container_completes",
  ],
  run: ({ objects, asOf }) => {
    const down = unhealthyPlaces(objects).filter(
      ({ role, status }) => role !== "init" && status?.ready === false && hasRun(status),
    );
    return suspectProbes(down, objects, asOf).flatMap(({ place, kinds }) =>
      kinds.flatMap((kind) => {
        const probe = place.spec[PROBE_FIELD[kind]];
        const found = probe && wrongPort(place, kind, probe, objects, asOf);
        return found ? [found] : [];
      }),
    );
  },
});

function hasRun({ state, lastState }: NonNullable<Place["status"]>): boolean {
  return (
    state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined
  );
}

function wrongPort(
  place: Place,
  kind: ProbeKind,
  probe: ProbeSpec,
  objects: Pick<Objects, "events">,
  asOf: string,
): Finding | undefined {
  const port = probePort(probe);
  const ports = place.spec.ports ?? [];
  if (port === undefined || (probe.httpGet?.host ?? probe.tcpSocket?.host)) return undefined;
  const event = newestEvent(place, kind, objects, asOf);
  const isNamed = typeof port === "string" && !/^\d+$/.test(port);
  if (isNamed) {
    if (ports.some(({ name }) => name === port)) return undefined;
    return finding(place, kind, probe, event, "certain");
  }
  const refused = event !== undefined && probeProblem(event.message ?? "").kind === "refused";
  const isDeclared = ports.some(({ containerPort }) => containerPort === Number(port));
  if (!refused || ports.length === 0 || isDeclared) return undefined;
  return finding(place, kind, probe, event, "likely");
}

function newestEvent(place: Place, kind: ProbeKind, objects: Pick<Objects, "events">, asOf: string) {
  const event = containerEvents(place, objects, "Unhealthy").find(({ message }) =>
    message?.toLowerCase().startsWith(`${kind} probe`),
  );
  const age = event && secondsBetween(lastSeen(event), asOf);
  return age === undefined || age < WINDOW ? event : undefined;
}

function finding(
  place: Place,
  kind: ProbeKind,
  probe: ProbeSpec,
  event: Event | undefined,
  confidence: "certain" | "likely",
): Finding {
  const field = `${place.field}.${PROBE_FIELD[kind]}.${probePortField(probe)}`;
  const workload = nameOf(place.workload);
  const suggestion = suggestedPort(place, probe);
  return containerCause(place, {
    title: `The ${kind} probe of container ${place.name} of ${workload} asks a port that the container does not have`,
    confidence,
    evidence: [
      fieldEvidence(place.workload, field, probePort(probe)),
      fieldEvidence(place.workload, `${place.field}.ports`, place.spec.ports),
      ...(event ? [eventEvidence(place.podRef, event)] : []),
    ],
    details: { container: place.name, probe: kind, port: probePort(probe) },
    remedies: [
      {
        step:
          suggestion === undefined
            ? `Set ${field} of ${workload} to a port of container ${place.name}.`
            : `Set ${field} of ${workload} to ${suggestion}, a port of container ${place.name}.`,
        ...(suggestion !== undefined && { patch: containerPatch(place, patchOf(kind, probe, suggestion)) }),
      },
    ],
  });
}

function patchOf(kind: ProbeKind, probe: ProbeSpec, port: string | number): Record<string, PatchValue> {
  const handler = probe.httpGet ? "httpGet" : probe.tcpSocket ? "tcpSocket" : "grpc";
  return { [PROBE_FIELD[kind]]: { [handler]: { port } } };
}

/** The port of the nearest name; else the only one. */
function suggestedPort({ spec }: Place, probe: ProbeSpec): string | number | undefined {
  const ports = spec.ports ?? [];
  const wanted = probePort(probe);
  const names = ports.flatMap(({ name }) => (name !== undefined && PORT_NAME.test(name) ? [name] : []));
  if (typeof wanted === "string" && !probe.grpc) {
    const near = nearestName(wanted, names);
    if (near !== undefined) return near;
  }
  return ports.length === 1 ? ports[0]?.containerPort : undefined;
}
