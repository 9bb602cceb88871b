import type { Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence, Remedy } from "../../check.ts";
import { listeningPorts } from "../logs/listening.ts";
import { containerPatch } from "../patch.ts";
import type { Place } from "../places.ts";
import { nameOf } from "../refs.ts";
import {
  PROBE_FIELD,
  type ProbeKind,
  type ProbeProblem,
  type ProbeSpec,
  probePort,
  probePortField,
} from "./probes.ts";

/** What the program's log says of ports other than the one that a probe asks in vain. */
export interface OtherPorts {
  readonly evidence: readonly Evidence[];
  readonly remedies: readonly Remedy[];
}

const MAX_PORTS = 2;

/** A probe that is refused, or finds nothing under its path, may ask the wrong one of the program's ports. */
export function otherPorts(
  place: Place,
  kind: ProbeKind,
  probe: ProbeSpec,
  problem: ProbeProblem,
  objects: Pick<Objects, "logs">,
): OtherPorts {
  const isElsewhere = problem.kind === "refused" || (problem.kind === "status" && problem.status === 404);
  const asked = numberOf(probePort(probe), place);
  const listening = isElsewhere ? listeningPorts(place, objects) : [];
  const isHeard = listening.some(({ port }) => port === asked);
  const others = listening.filter(({ port }) => port !== asked).slice(0, MAX_PORTS);
  const [only] = others;
  if (asked === undefined || !only || (problem.kind === "refused" && isHeard)) {
    return { evidence: [], remedies: [] };
  }
  const field = `${PROBE_FIELD[kind]}.${probePortField(probe)}`;
  const handler = probe.httpGet ? "httpGet" : probe.tcpSocket ? "tcpSocket" : "grpc";
  return {
    evidence: others.map(({ evidence }) => evidence),
    remedies: [
      {
        step: `Let ${place.field}.${field} of ${nameOf(place.workload)} be ${others.map(({ port }) => port).join(" or ")}, where the program says that it listens, instead of ${asked}.`,
        ...(others.length === 1 && {
          patch: containerPatch(place, { [PROBE_FIELD[kind]]: { [handler]: { port: only.port } } }),
        }),
      },
    ],
  };
}

function numberOf(port: string | number | undefined, { spec }: Place): number | undefined {
  if (typeof port === "string" && !/^\d+$/.test(port)) {
    return spec.ports?.find(({ name }) => name === port)?.containerPort;
  }
  return port === undefined ? undefined : Number(port);
}
