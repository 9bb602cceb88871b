import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence } from "../../check.ts";
import { containersOf } from "../containers.ts";
import { fieldEvidence } from "../evidence.ts";
import { refOf } from "../refs.ts";
import { declaredPorts, portField, type ServicePort, targetPortOf } from "./service-ports.ts";
import { podsOf } from "./services.ts";

/** A port behind which a gRPC server listens, and how that is known. */
export interface GrpcPort {
  readonly protocol: "GRPC" | "GRPCS";
  /** The port of the Pods. */
  readonly number: number;
  readonly evidence: Evidence;
}

const NAME = /^(grpcs?)(?:-|$)/i;

/** As the Service names the port or its protocol, as the Pods name theirs, or by a gRPC probe of the same port. */
export function grpcPort(
  service: ObjectOf<"services">,
  port: ServicePort,
  objects: Pick<Objects, "pods">,
): GrpcPort | undefined {
  const [pod] = podsOf(service, objects);
  if (!pod) return undefined;
  const wanted = targetPortOf(port);
  const declared = declaredPorts(pod).find(({ name, number }) => wanted === number || wanted === name);
  const number = typeof wanted === "number" ? wanted : declared?.number;
  if (number === undefined) return undefined;
  const field = portField(port);
  const words: readonly (readonly [string | undefined, Evidence])[] = [
    [port.appProtocol, fieldEvidence(refOf(service), `${field}.appProtocol`, port.appProtocol)],
    [port.name, fieldEvidence(refOf(service), `${field}.name`, port.name)],
    [declared?.name, fieldEvidence(refOf(pod), `spec.containers[${declared?.container}].ports`, declared)],
  ];
  // What says that it is something else is believed: other things than gRPC are probed on the same port.
  const other = port.appProtocol !== undefined && !NAME.test(port.appProtocol);
  if (other) return undefined;
  for (const [word, evidence] of words) {
    const found = NAME.exec(word ?? "")?.[1]?.toLowerCase();
    if (found !== undefined) return { protocol: found === "grpcs" ? "GRPCS" : "GRPC", number, evidence };
  }
  const probed = containersOf(pod).find(
    ({ spec }) => spec.readinessProbe?.grpc?.port === number || spec.livenessProbe?.grpc?.port === number,
  );
  return probed
    ? {
        protocol: "GRPC",
        number,
        evidence: fieldEvidence(
          refOf(pod),
          `spec.containers[${probed.name}].readinessProbe.grpc`,
          probed.spec.readinessProbe?.grpc ?? probed.spec.livenessProbe?.grpc,
        ),
      }
    : undefined;
}
