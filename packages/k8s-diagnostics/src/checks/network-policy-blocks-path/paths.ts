import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { configuredAddresses } from "../../kube/config/addresses.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { hostsInCommand } from "../../kube/logs/command-hosts.ts";
import { type LoggedProblem, problemWith } from "../../kube/network/clients.ts";
import { serviceOfHost } from "../../kube/network/service-hosts.ts";
import { declaredPorts, findPort, type ServicePort, targetPortOf } from "../../kube/network/service-ports.ts";
import { podsOf } from "../../kube/network/services.ts";
import { type ArrivalPort, type Barrier, barriers } from "../../kube/network/traffic.ts";
import type { Place } from "../../kube/places.ts";
import { refKey } from "../../kube/refs.ts";

type Pod = ObjectOf<"pods">;
export type Read = Pick<Objects, "pods" | "services" | "namespaces" | "networkPolicies" | "configMaps">;

/** A Service that a container uses and cannot reach. */
export interface BlockedPath {
  readonly service: ObjectRef;
  readonly servicePort: number;
  readonly arrival: ArrivalPort;
  /** One of the Pods of the Service. */
  readonly target: Pod;
  readonly barrier: Barrier;
  /** Why it is known that the container uses it. */
  readonly use: Evidence;
  readonly said: LoggedProblem | undefined;
}

const MAX_TARGETS = 3;

interface Use {
  readonly service: ObjectRef;
  readonly port: number | undefined;
  readonly evidence: Evidence;
}

export function blockedPaths(
  place: Place,
  problems: readonly LoggedProblem[],
  objects: Read,
): readonly BlockedPath[] {
  const uses = usesOf(place, problems, objects);
  const isOnly = new Set(uses.map(({ service }) => refKey(service))).size === 1;
  return uses.flatMap(({ service: ref, port: number, evidence }) => {
    const service = objects.services.get(ref.namespace, ref.name);
    const ports = service?.spec?.ports ?? [];
    const port = service && (number === undefined ? ports[0] : findPort(service, { number }));
    if (!service || !port || (number === undefined && ports.length > 1)) return [];
    const targets = podsOf(service, objects).slice(0, MAX_TARGETS);
    const closed = targets.map((target) => blockedAt(place.pod, target, port, objects));
    const [first] = closed;
    if (!first || closed.includes(undefined)) return [];
    const said = problemWith(ref, problems, isOnly);
    return [{ ...first, service: ref, servicePort: port.port, use: evidence, said }];
  });
}

function blockedAt(from: Pod, target: Pod, port: ServicePort, objects: Read) {
  const arrival = arrivalAt(target, port);
  const [barrier] = arrival ? barriers(from, target, arrival, objects) : [];
  return arrival && barrier ? { target, arrival, barrier } : undefined;
}

function arrivalAt(pod: Pod, port: ServicePort): ArrivalPort | undefined {
  const wanted = targetPortOf(port);
  const protocol = port.protocol ?? "TCP";
  const number =
    typeof wanted === "number" ? wanted : declaredPorts(pod).find(({ name }) => name === wanted)?.number;
  return number === undefined ? undefined : { number, protocol };
}

/** The Services that a container uses: as its configuration says, its command asks, or its log complains. */
function usesOf(place: Place, problems: readonly LoggedProblem[], objects: Read): readonly Use[] {
  const { namespace } = place.podRef;
  const resolve = (host: string, port: number | undefined, evidence: Evidence): readonly Use[] => {
    const service = serviceOfHost(host, namespace, objects);
    return service ? [{ service, port, evidence }] : [];
  };
  const command = place.spec.command ? "command" : "args";
  const all = [
    ...configuredAddresses(place, objects).flatMap(({ host, port, setting }) =>
      resolve(host, port, setting.evidence),
    ),
    ...hostsInCommand(place.spec).flatMap(({ host, port }) =>
      resolve(host, port, fieldEvidence(place.workload, `${place.field}.${command}`, place.spec[command])),
    ),
    ...problems.flatMap(({ targets, evidence }) => targets.map((target) => ({ ...target, evidence }))),
  ];
  const byTarget = new Map(
    all.toReversed().map((use) => [`${refKey(use.service)}:${use.port ?? ""}`, use] as const),
  );
  return [...byTarget.values()].toReversed();
}
