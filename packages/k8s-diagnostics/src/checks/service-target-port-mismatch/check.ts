import type { ObjectOf } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { nearestName } from "../../kube/nearest.ts";
import { type Complaint, complaintsByService } from "../../kube/network/clients.ts";
import {
  type ContainerPort,
  declaredPorts,
  portField,
  portPatch,
  portWords,
  type ServicePort,
  targetPortOf,
} from "../../kube/network/service-ports.ts";
import { podsOf } from "../../kube/network/services.ts";
import { isReady } from "../../kube/pods.ts";
import { probePort } from "../../kube/probes/probes.ts";
import { nameOf, refKey, refOf } from "../../kube/refs.ts";

type Service = ObjectOf<"services">;
type Pod = ObjectOf<"pods">;

export const serviceTargetPortMismatch = defineCheck({
  id: "service_target_port_mismatch",
  title: "Target port of a Service is no port of its Pods",
  when: "no selected Pod has a container port of the name that targetPort gives; or, less surely, all declare ports and none has its number, or clients are refused while a probe of another port succeeds",
  severity: "high",
  level: "cause",
  reads: ["services", "pods", "replicaSets", "jobs", "logs", "namespaces"],
  run: ({ objects, asOf }) => {
    const complaints = complaintsByService(objects, asOf);
    return objects.services.all.flatMap((service) => {
      const pods = podsOf(service, objects);
      if (pods.length === 0 || service.spec?.clusterIP === "None") return [];
      const all = complaints.get(refKey(refOf(service))) ?? [];
      return (service.spec?.ports ?? []).flatMap((port) => {
        const heard = all.filter((complaint) => (complaint.port ?? port.port) === port.port);
        const finding = mismatch(service, port, pods) ?? refusedWhileProbed(service, port, pods, heard);
        return finding ? [withComplaints(finding, heard)] : [];
      });
    });
  },
});

/** A client that is refused takes the doubt away. */
function withComplaints(finding: Finding, heard: readonly Complaint[]): Finding {
  const [first] = heard;
  if (!first) return finding;
  return {
    ...finding,
    severity: "high",
    confidence: finding.confidence === "possible" ? "likely" : finding.confidence,
    evidence: [...finding.evidence, first.said.evidence],
    affects: [...(finding.affects ?? []), ...heard.flatMap(({ pods }) => pods)],
  };
}

/**
 * Pods that declare no port and are ready by a probe of another port than the Service's: what answers the probe does
 * not listen where clients are refused.
 */
function refusedWhileProbed(
  service: Service,
  port: ServicePort,
  pods: readonly Pod[],
  heard: readonly Complaint[],
): Finding | undefined {
  const target = targetPortOf(port);
  const [pod] = pods;
  if (typeof target !== "number" || !pod || !heard.some(({ said }) => said.problem === "refused"))
    return undefined;
  const isUndeclared = pods.every((each) => declaredPorts(each).length === 0 && isReady(each));
  const probed = new Set(probedPorts(pod).filter((each) => typeof each === "number"));
  const [only] = probed;
  if (!isUndeclared || only === undefined || probed.size > 1 || probed.has(target)) return undefined;
  const object = refOf(service);
  return {
    object,
    subject: String(port.port),
    title: `Port ${port.port} of ${nameOf(object)} goes to port ${target}, while its Pods answer their probe on port ${only}`,
    confidence: "likely",
    evidence: [
      fieldEvidence(object, `${portField(port)}.targetPort`, target),
      fieldEvidence(refOf(pod), "port of the readiness or liveness probe", only),
    ],
    related: pods.slice(0, 10).map(refOf),
    remedies: [
      {
        step: `Set targetPort of ${portWords(service, port)} of ${nameOf(object)} to ${only}.`,
        ...portPatch(service, port, { targetPort: only }),
      },
    ],
  };
}

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
  if (!isName && isOfGateway(service)) return undefined;
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
        step: `Set targetPort of ${portWords(service, port)} of ${nameOf(object)} to a port on which its Pods listen${suggestion ? `, such as ${suggestion.number}` : ""}.`,
        ...(suggestion && portPatch(service, port, { targetPort: suggestion.number })),
      },
    ],
  };
}

/** What a Gateway's proxy listens on say its listeners, and not its containers. */
function isOfGateway({ spec }: Service): boolean {
  return spec?.selector?.["gateway.networking.k8s.io/gateway-name"] !== undefined;
}

/** A probe proves that a container listens on a port that it does not declare. */
function isProbed(port: string | number, pods: readonly Pod[]): boolean {
  return pods.some((pod) => probedPorts(pod).includes(port));
}

function probedPorts(pod: Pod): readonly (string | number)[] {
  return (pod.spec?.containers ?? []).flatMap(({ livenessProbe, readinessProbe, startupProbe }) =>
    [livenessProbe, readinessProbe, startupProbe].flatMap((probe) => (probe && probePort(probe)) ?? []),
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
