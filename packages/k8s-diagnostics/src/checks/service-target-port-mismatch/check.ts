import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import {
  type ContainerPort,
  declaredPorts,
  portField,
  type ServicePort,
  targetPortOf,
} from "../../kube/network/service-ports.ts";
import { podsOf } from "../../kube/network/services.ts";
import { toYaml } from "../../kube/patch.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Service = ObjectOf<"services">;
type Pod = ObjectOf<"pods">;

export const serviceTargetPortMismatch = defineCheck({
  id: "service_target_port_mismatch",
  title: "Target port of a Service is no port of its Pods",
  when: "no selected Pod has a container port of the name that targetPort gives; or, less surely, all declare ports and none has its number",
  severity: "high",
  level: "cause",
  reads: ["services", "pods"],
  run: ({ objects }) =>
    objects.services.all.flatMap((service) => {
      const pods = podsOf(service, objects);
      if (pods.length === 0 || service.spec?.clusterIP === "None") return [];
      return (service.spec?.ports ?? []).flatMap((port) => mismatch(service, port, pods) ?? []);
    }),
});

function mismatch(service: Service, port: ServicePort, pods: readonly Pod[]): Finding | undefined {
  const target = targetPortOf(port);
  const protocol = port.protocol ?? "TCP";
  const declared = pods.map(declaredPorts);
  const hit = (candidate: ContainerPort) =>
    typeof target === "string"
      ? candidate.name === target && candidate.protocol === protocol
      : candidate.number === target;
  const sameProtocol = (candidate: ContainerPort) =>
    candidate.name === target && candidate.protocol !== protocol;
  if (declared.some((ports) => ports.some((candidate) => hit(candidate) || sameProtocol(candidate))))
    return undefined;
  const isName = typeof target === "string";
  if (!isName && (declared.some((ports) => ports.length === 0) || isProbed(target, pods))) return undefined;
  const saysLittle = !isName && declared.every((ports) => ports.every(isForOperators));
  const [pod] = pods;
  if (!pod) return undefined;
  const object = refOf(service);
  const suggestion = suggest(target, declared[0] ?? [], protocol);
  return {
    object,
    subject: String(port.port),
    title: `Port ${port.port} of ${nameOf(object)} goes to a ${isName ? "named port" : "port number"} that its Pods do not have`,
    confidence: isName ? "certain" : suggestion?.only ? "likely" : "possible",
    severity: isName ? "high" : saysLittle ? "low" : "medium",
    evidence: [
      fieldEvidence(object, `${portField(port)}.targetPort`, target),
      fieldEvidence(refOf(pod), "spec.containers[].ports", declared[0]),
    ],
    ...(isName && { affects: [object] }),
    related: pods.slice(0, 10).map(refOf),
    remedies: [
      {
        step: `Set targetPort of port ${port.port} of ${nameOf(object)} to a port on which its Pods listen${suggestion ? `, such as ${suggestion.number}` : ""}.`,
        ...(suggestion && {
          patch: toYaml({ spec: { ports: [{ port: port.port, targetPort: suggestion.number }] } }),
        }),
      },
    ],
  };
}

/** A probe proves that a container listens on a port that it does not declare. */
function isProbed(port: string | number, pods: readonly Pod[]): boolean {
  return pods.some((pod) =>
    (pod.spec?.containers ?? []).some(({ livenessProbe, readinessProbe, startupProbe }) =>
      [livenessProbe, readinessProbe, startupProbe].some(
        (probe) =>
          probe?.httpGet?.port === port || probe?.tcpSocket?.port === port || probe?.grpc?.port === port,
      ),
    ),
  );
}

/** Who declares only such ports does not declare those for users. */
function isForOperators({ name = "" }: ContainerPort): boolean {
  return /metric|prom|admin|health|debug|pprof|manage|probe/i.test(name);
}

/** The only port of the Pod, or the one whose name comes nearest. */
function suggest(target: string | number, ports: readonly ContainerPort[], protocol: string) {
  const possible = ports.filter(
    (candidate) => candidate.protocol === protocol && Number.isInteger(candidate.number),
  );
  const [first] = possible;
  if (first && possible.length === 1) return { number: first.number, only: true };
  const name = nearestName(
    String(target),
    possible.flatMap((candidate) => candidate.name ?? []),
  );
  const near = possible.find((candidate) => name !== undefined && candidate.name === name);
  return near && { number: near.number, only: false };
}
