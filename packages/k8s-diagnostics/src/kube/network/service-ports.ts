import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { containersOf } from "../containers.ts";
import { type PatchValue, toYaml } from "../patch.ts";

type Service = ObjectOf<"services">;
type Pod = ObjectOf<"pods">;
type PortValue = string | number;

export type ServicePort = NonNullable<NonNullable<Service["spec"]>["ports"]>[number];

export interface ContainerPort {
  readonly container: string;
  readonly name: string | undefined;
  readonly number: number;
  readonly protocol: string;
}

/** The ports that long-running containers of a Pod declare; sidecars included. */
export function declaredPorts(pod: Pod): readonly ContainerPort[] {
  return containersOf(pod)
    .filter(({ role }) => role !== "init")
    .flatMap(({ name, spec }) =>
      (spec.ports ?? []).map((port) => ({
        container: name,
        name: port.name,
        number: port.containerPort,
        protocol: port.protocol ?? "TCP",
      })),
    );
}

/** Where a Service sends the traffic of a port: a number, or the name of a container port. */
export function targetPortOf({ port, targetPort }: ServicePort): PortValue {
  const target = targetPort as PortValue | undefined;
  return target === undefined || target === 0 || target === "" ? port : target;
}

/** Path of a port in the Service. Items are named by port number, which is how patches merge them. */
export function portField({ port }: ServicePort): string {
  return `spec.ports[${port}]`;
}

/** As sentences name a port of a Service: by number, and by protocol and place where others share the number. */
export function portWords(service: Service, port: ServicePort): string {
  if (isAlone(service, port)) return `port ${port.port}`;
  const index = (service.spec?.ports ?? []).indexOf(port);
  return `port ${port.port}/${port.protocol ?? "TCP"} (spec.ports[${index}], counted from 0)`;
}

/**
 * A strategic merge patch of one port of a Service; nothing where others share its number, by which alone such patches
 * find the port to change.
 */
export function portPatch(
  service: Service,
  port: ServicePort,
  change: Readonly<Record<string, PatchValue>>,
): { readonly patch?: string } {
  if (!isAlone(service, port)) return {};
  return { patch: toYaml({ spec: { ports: [{ port: port.port, ...change }] } }) };
}

function isAlone({ spec }: Service, { port }: ServicePort): boolean {
  return (spec?.ports ?? []).filter((other) => other.port === port).length <= 1;
}

/** The port of a Service that a backend names by number or name. */
export function findPort(
  service: Service,
  wanted: { readonly name?: string | undefined; readonly number?: number | undefined },
): ServicePort | undefined {
  return service.spec?.ports?.find(({ name, port }) =>
    wanted.name !== undefined && wanted.name !== "" ? name === wanted.name : port === wanted.number,
  );
}
