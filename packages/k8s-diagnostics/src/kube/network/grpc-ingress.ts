import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { type GrpcPort, grpcPort } from "./grpc-port.ts";
import { backendsOf, ingressClassOf } from "./ingress.ts";
import { findPort, type ServicePort } from "./service-ports.ts";

type Ingress = ObjectOf<"ingresses">;
type Read = Pick<Objects, "ingresses" | "ingressClasses" | "services" | "pods">;

const CONTROLLER = "k8s.io/ingress-nginx";
const PREFIX = "nginx.ingress.kubernetes.io/";
export const BACKEND_PROTOCOL = `${PREFIX}backend-protocol`;

/** Whether ingress-nginx serves it, and speaks HTTP/1 to what stands behind it. */
export function speaksHttp1(ingress: Ingress, { ingressClasses }: Read): boolean {
  const { annotations = {} } = ingress.metadata;
  if (/^GRPCS?$/i.test(annotations[BACKEND_PROTOCOL] ?? "")) return false;
  const name = ingressClassOf(ingress);
  const found = name === undefined ? undefined : ingressClasses.get("", name);
  if (found) return found.spec?.controller === CONTROLLER;
  return name === "nginx" || Object.keys(annotations).some((key) => key.startsWith(PREFIX));
}

/** A port of a Service that an Ingress leads to. */
export interface Backend {
  readonly service: ObjectOf<"services">;
  readonly port: ServicePort;
  readonly grpc: GrpcPort | undefined;
}

/** The ports that an Ingress leads to, as far as their Services were read. */
export function backendPorts(ingress: Ingress, objects: Read): readonly Backend[] {
  return backendsOf(ingress).flatMap(({ service: ref, port: wanted }): readonly Backend[] => {
    const service = objects.services.get(ref.namespace, ref.name);
    const port = service && findPort(service, wanted);
    return service && port ? [{ service, port, grpc: grpcPort(service, port, objects) }] : [];
  });
}
