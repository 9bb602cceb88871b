import { isDnsLabel, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { nearestName } from "../nearest.ts";
import { hasPort, intendedService, servicesNamed } from "../network/service-hosts.ts";
import type { WorkloadSources } from "../workloads.ts";
import type { ConfiguredAddress } from "./addresses.ts";

export type Read = Pick<Objects, "services" | "namespaces" | "configMaps" | "logs"> & WorkloadSources;

/** What is wrong with an address, and what was probably meant. */
export type AddressFault =
  | {
      readonly kind: "service_missing";
      readonly service: ObjectRef;
      /** The Service of a similar name there, or of the same name in the only other namespace that has one. */
      readonly meant: ObjectRef | undefined;
    }
  | {
      readonly kind: "port_missing";
      readonly service: ObjectRef;
      readonly port: number;
      readonly ports: readonly number[];
    };

export function faultOf(
  { host, port }: ConfiguredAddress,
  namespace: string,
  objects: Read,
): AddressFault | undefined {
  const service = intendedService(host, namespace, objects);
  if (!service || !isDnsLabel(service.name) || !isDnsLabel(service.namespace) || isApiServer(service))
    return undefined;
  const existing = objects.services.get(service.namespace, service.name);
  if (!existing) {
    if (!isAbsent(service, objects)) return undefined;
    return { kind: "service_missing", service, meant: meantBy(service, objects) };
  }
  if (port === undefined || existing.spec?.type === "ExternalName" || hasPort(existing, port))
    return undefined;
  return {
    kind: "port_missing",
    service,
    port,
    ports: (existing.spec?.ports ?? []).map((entry) => entry.port),
  };
}

/** Every cluster has it, also where a recording does not. */
function isApiServer({ namespace, name }: ObjectRef): boolean {
  return namespace === "default" && name === "kubernetes";
}

function isAbsent({ namespace, name }: ObjectRef, { services, namespaces }: Read): boolean {
  if (services.knows(namespace, name)) return true;
  return namespaces.knows("", namespace) && namespaces.get("", namespace) === undefined;
}

function meantBy({ namespace, name }: ObjectRef, { services }: Read): ObjectRef | undefined {
  const there = services.in(namespace).map(({ metadata }) => metadata.name);
  const near = nearestName(name, there.filter(isDnsLabel));
  if (near !== undefined) return { kind: "Service", namespace, name: near };
  const namesakes = servicesNamed(name, { services });
  const [only] = namesakes;
  return only && namesakes.length === 1 && isDnsLabel(only.metadata.namespace)
    ? { kind: "Service", namespace: only.metadata.namespace, name }
    : undefined;
}
