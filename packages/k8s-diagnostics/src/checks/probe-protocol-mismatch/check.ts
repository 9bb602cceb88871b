import { isDnsLabel } from "@k8s-ops/k8s-cluster";
import { defineCheck } from "../../check.ts";
import { type Event, lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, containerEvents, type Place, unhealthyPlaces } from "../../kube/places.ts";
import { PROBE_FIELD, type ProbeKind, probePort, probeProblem } from "../../kube/probes/probes.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

const KINDS: readonly ProbeKind[] = ["startup", "readiness", "liveness"];
const WINDOW = 3_600;

export const probeProtocolMismatch = defineCheck({
  id: "probe_protocol_mismatch",
  title: "Probe speaks another protocol than the port",
  when: "a probe of a container that is not ready failed because the port answered in another protocol: HTTP, HTTPS or gRPC",
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
  run: ({ objects, asOf }) =>
    unhealthyPlaces(objects)
      .filter(({ status }) => status?.ready === false)
      .flatMap((place) => {
        const events = containerEvents(place, objects, "Unhealthy").filter((event) =>
          isFresh(event, place, asOf),
        );
        return KINDS.flatMap((kind) => {
          const probe = place.spec[PROBE_FIELD[kind]];
          const event = events.find(({ message }) => message?.toLowerCase().startsWith(`${kind} probe`));
          if (!probe || !event || probeProblem(event.message ?? "").kind !== "protocol") return [];
          const field = `${place.field}.${PROBE_FIELD[kind]}`;
          return [
            containerCause(place, {
              title: `The ${kind} probe of container ${place.name} of ${nameOf(place.workload)} speaks another protocol than its port`,
              confidence: "certain",
              evidence: [eventEvidence(place.podRef, event), fieldEvidence(place.workload, field, probe)],
              details: { container: place.name, probe: kind },
              remedies: [remedy(place, kind, event.message ?? "")],
            }),
          ];
        });
      }),
});

function isFresh(event: Event, { status }: Place, asOf: string): boolean {
  const age = secondsBetween(lastSeen(event), asOf);
  if (age !== undefined && age > WINDOW) return false;
  return !status?.state?.running || lastSeen(event) >= (status.lastState?.terminated?.startedAt ?? "");
}

function remedy(place: Place, kind: ProbeKind, message: string) {
  const field = `${place.field}.${PROBE_FIELD[kind]}`;
  const workload = nameOf(place.workload);
  const probe = place.spec[PROBE_FIELD[kind]];
  const named = probe && probePort(probe);
  const port = typeof named === "string" && !isDnsLabel(named) ? undefined : named;
  if (message.includes("server gave HTTP response to HTTPS client")) {
    return {
      step: `Set ${field}.httpGet.scheme of ${workload} to HTTP.`,
      patch: containerPatch(place, { [PROBE_FIELD[kind]]: { httpGet: { scheme: "HTTP" } } }),
    };
  }
  if (message.includes("does not implement the grpc health protocol")) {
    return {
      step: `Implement grpc.health.v1.Health in the program, or replace grpc in ${field} of ${workload} by tcpSocket.`,
      ...(port !== undefined && {
        patch: containerPatch(place, {
          [PROBE_FIELD[kind]]: { grpc: null, httpGet: null, tcpSocket: { port } },
        }),
      }),
    };
  }
  return {
    step: `Use in ${field} of ${workload} what the port speaks: scheme HTTPS for TLS, grpc for gRPC, tcpSocket for anything else${port === undefined ? "" : ", as in the patch"}.`,
    ...(port !== undefined && {
      patch: containerPatch(place, {
        [PROBE_FIELD[kind]]: { grpc: null, httpGet: null, tcpSocket: { port } },
      }),
    }),
  };
}
