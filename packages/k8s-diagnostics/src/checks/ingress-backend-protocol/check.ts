import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { BACKEND_PROTOCOL, backendPorts, speaksHttp1 } from "../../kube/network/grpc-ingress.ts";
import type { GrpcPort } from "../../kube/network/grpc-port.ts";
import { podsOf } from "../../kube/network/services.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { complaintOfServer, controllerComplaints } from "./symptoms.ts";

type Ingress = ObjectOf<"ingresses">;
type Read = Pick<Objects, "ingresses" | "ingressClasses" | "services" | "pods" | "logs">;

export const ingressBackendProtocol = defineCheck({
  id: "ingress_backend_protocol",
  title: "Ingress speaks HTTP/1 to a gRPC server",
  when: "an Ingress of ingress-nginx leads to a port that is named or probed as gRPC and has no annotation that says so, and the log of the controller or of the server tells of requests that were not understood",
  severity: "high",
  level: "cause",
  reads: ["ingresses", "ingressClasses", "services", "pods", "logs"],
  run: ({ objects }) => {
    const suspects = objects.ingresses.all.filter((ingress) => speaksHttp1(ingress, objects));
    if (suspects.length === 0) return [];
    const complaints = controllerComplaints(objects);
    return suspects.flatMap((ingress) => findingOf(ingress, complaints, objects));
  },
});

function findingOf(
  ingress: Ingress,
  complaints: ReadonlyMap<string, Evidence>,
  objects: Read,
): readonly Finding[] {
  const backends = backendPorts(ingress, objects);
  const isAlone = backends.every(({ grpc }) => grpc !== undefined);
  for (const { service, port, grpc } of backends) {
    if (!grpc) continue;
    const pods = podsOf(service, objects);
    const said = pods
      .flatMap((pod) => (pod.status?.podIPs ?? []).map(({ ip }) => complaints.get(`${ip}:${grpc.number}`)))
      .find((each) => each !== undefined);
    const symptom = said ?? complaintOfServer(pods, objects);
    if (!symptom) continue;
    const object = refOf(ingress);
    const target = refOf(service);
    return [
      {
        object,
        title: `${nameOf(object)} lets ingress-nginx speak HTTP/1 to port ${port.port} of ${nameOf(target)}, which speaks gRPC`,
        confidence: said ? "certain" : "likely",
        evidence: [
          symptom,
          fieldEvidence(
            object,
            `metadata.annotations[${BACKEND_PROTOCOL}]`,
            ingress.metadata.annotations?.[BACKEND_PROTOCOL],
          ),
          grpc.evidence,
        ],
        affects: [object],
        related: [target],
        remedies: [remedyFor(ingress, grpc, isAlone)],
        details: { service: target.name, port: port.port },
      },
    ];
  }
  return [];
}

function remedyFor(ingress: Ingress, { protocol }: GrpcPort, isAlone: boolean): Remedy {
  const name = nameOf(refOf(ingress));
  if (!isAlone) {
    return {
      step: `Move the gRPC paths of ${name} to an Ingress of their own with the annotation ${BACKEND_PROTOCOL} of value ${protocol}: it holds for all paths of an Ingress.`,
    };
  }
  return {
    step: `Give ${name} the annotation ${BACKEND_PROTOCOL} of value ${protocol}.`,
    patch: toYaml({ metadata: { annotations: { [BACKEND_PROTOCOL]: protocol } } }),
  };
}
