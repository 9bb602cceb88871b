import { isDnsLabel } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { type Event, lastSeen } from "../../kube/events.ts";
import { eventEvidence, fieldEvidence } from "../../kube/evidence.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, containerEvents, type Place, unhealthyPlaces } from "../../kube/places.ts";
import { PROBE_FIELD, type ProbeKind, probePort, probeProblem } from "../../kube/probes/probes.ts";
import { suspectProbes } from "../../kube/probes/suspect-probes.ts";
import { nameOf } from "../../kube/refs.ts";
import { secondsBetween } from "../../kube/time.ts";

const WINDOW = 3_600;

export const probeProtocolMismatch = defineCheck({
  id: "probe_protocol_mismatch",
  title: "Probe speaks another protocol than the port",
  when: "a probe of a container that is not ready failed because the port answered in another protocol: HTTP, HTTPS or gRPC; of a liveness probe also while the container runs between two kills",
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
    const down = unhealthyPlaces(objects).filter(({ status }) => status?.ready === false);
    return suspectProbes(down, objects, asOf).flatMap(({ place, kinds }) => {
      const events = containerEvents(place, objects, "Unhealthy").filter((event) =>
        isFresh(event, place, asOf),
      );
      return kinds.flatMap((kind) => findingOf(place, kind, events));
    });
  },
});

function findingOf(place: Place, kind: ProbeKind, events: readonly Event[]): readonly Finding[] {
  const probe = place.spec[PROBE_FIELD[kind]];
  const event = events.find(({ message }) => message?.toLowerCase().startsWith(`${kind} probe`));
  if (!probe || !event) return [];
  const isSaid = probeProblem(event.message ?? "").kind === "protocol";
  const port = isSaid ? undefined : httpPortOf(place, probe.grpc?.port, event);
  if (!isSaid && !port) return [];
  const { workload, podRef, field } = place;
  return [
    containerCause(place, {
      title: `The ${kind} probe of container ${place.name} of ${nameOf(workload)} speaks another protocol than its port`,
      confidence: isSaid ? "certain" : "likely",
      evidence: [
        eventEvidence(podRef, event),
        fieldEvidence(workload, `${field}.${PROBE_FIELD[kind]}`, probe),
        ...(port ? [fieldEvidence(workload, `${field}.ports`, port)] : []),
      ],
      details: { container: place.name, probe: kind },
      remedies: [
        port ? withoutGrpc(place, kind, port.containerPort) : remedy(place, kind, event.message ?? ""),
      ],
    }),
  ];
}

/**
 * The port that a gRPC probe asks, where its name says that it speaks HTTP: all that the kubelet says then is that the
 * connection does not come about.
 * Source: k8s.io/kubernetes pkg/probe/grpc
 */
function httpPortOf({ spec }: Place, port: number | undefined, { message = "" }: Event) {
  if (!/timeout: failed to connect service/.test(message)) return undefined;
  return spec.ports?.find(
    ({ name, containerPort }) => containerPort === port && /^(?:https?|web|rest)(?:-|$)/.test(name ?? ""),
  );
}

function withoutGrpc(place: Place, kind: ProbeKind, port: number) {
  const field = `${place.field}.${PROBE_FIELD[kind]}`;
  return {
    step: `Replace grpc in ${field} of ${nameOf(place.workload)} by httpGet with the path of its health check, or by tcpSocket.`,
    patch: containerPatch(place, { [PROBE_FIELD[kind]]: { grpc: null, tcpSocket: { port } } }),
  };
}

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
