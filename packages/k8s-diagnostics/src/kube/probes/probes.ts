import type { Objects } from "@k8s-ops/k8s-cluster";
import type { ContainerSpec } from "../containers.ts";
import { type Event, lastSeen } from "../events.ts";
import { containerEvents, type Place } from "../places.ts";

export type ProbeSpec = NonNullable<ContainerSpec["readinessProbe"]>;
export type ProbeKind = "liveness" | "readiness" | "startup";

export const PROBE_FIELD = {
  liveness: "livenessProbe",
  readiness: "readinessProbe",
  startup: "startupProbe",
} as const satisfies Record<ProbeKind, string>;

/** Seconds that a probe allows until it counts as failed, with the API's defaults. */
export function probeBudget({
  initialDelaySeconds = 0,
  periodSeconds = 10,
  failureThreshold = 3,
}: ProbeSpec): number {
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

/** Why a probe failed, as the kubelet's event tells. Source: k8s.io/kubernetes pkg/probe */
export type ProbeProblem =
  | {
      readonly kind:
        | "refused"
        | "timeout"
        | "tls"
        | "protocol"
        | "unreachable"
        | "not_serving"
        | "port_unknown";
    }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "exec" }
  | { readonly kind: "unknown" };

export function probeProblem(message: string): ProbeProblem {
  const text = message.slice(0, 4_000);
  const status = /HTTP probe failed with statuscode: (\d{3})/.exec(text);
  if (status) return { kind: "status", status: Number(status[1]) };
  if (
    /probe errored and resulted in \w{1,20} state: (?:port .{0,60} not found|strconv\.Atoi: parsing)/.test(
      text,
    )
  )
    return { kind: "port_unknown" };
  if (
    /malformed HTTP|server gave HTTP response to HTTPS client|does not implement the grpc health protocol|error reading server preface|first record does not look like a TLS handshake|frame too large/i.test(
      text,
    )
  )
    return { kind: "protocol" };
  if (text.includes("failed to exec in container")) return { kind: "exec" };
  if (/connection refused/i.test(text)) return { kind: "refused" };
  if (/timed out|deadline exceeded|Client\.Timeout|i\/o timeout|timeout: /i.test(text))
    return { kind: "timeout" };
  if (/x509:|remote error: tls|tls:/i.test(text)) return { kind: "tls" };
  if (/no route to host|network is unreachable|connection reset|EOF/i.test(text))
    return { kind: "unreachable" };
  if (/service unhealthy \(responded with/.test(text)) return { kind: "not_serving" };
  return /probe failed: ?/i.test(text) ? { kind: "exec" } : { kind: "unknown" };
}

/** The newest event of this probe about the run that goes on now, or about the last one when none does. */
export function probeEvent(
  place: Place,
  kind: ProbeKind,
  objects: Pick<Objects, "events">,
): Event | undefined {
  const prefix = `${kind[0]?.toUpperCase()}${kind.slice(1)} probe`;
  const since = place.status?.state?.running?.startedAt ?? "";
  return containerEvents(place, objects, "Unhealthy").find(
    (event) => event.message?.startsWith(prefix) && lastSeen(event) >= since,
  );
}

/** The port that a probe asks for: a number, or the name of one of the container's ports. */
export function probePort({ httpGet, tcpSocket, grpc }: ProbeSpec): string | number | undefined {
  return httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
}

/** Path of the port inside the probe. */
export function probePortField({
  httpGet,
  tcpSocket,
}: ProbeSpec): "httpGet.port" | "tcpSocket.port" | "grpc.port" {
  if (httpGet) return "httpGet.port";
  return tcpSocket ? "tcpSocket.port" : "grpc.port";
}
