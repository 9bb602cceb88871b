import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Evidence, Finding, Remedy } from "../../check.ts";
import { findSetting, type Setting, settingPatch } from "../../kube/config/settings.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import type { ConnectionProblem, LogHost } from "../../kube/logs/log-hosts.ts";
import { nearestName } from "../../kube/nearest.ts";
import { hasPort, hasReadyEndpoints, mayAnswerOn } from "../../kube/network/service-hosts.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

export type Read = Pick<
  Objects,
  "services" | "endpointSlices" | "namespaces" | "configMaps" | "networkPolicies" | "pods"
>;

/** What a container says (in a log line, or by its command) about a connection, and what it was to. */
export interface Complaint {
  readonly place: Place;
  readonly said: Evidence;
  readonly problem: ConnectionProblem;
  readonly target?: LogHost;
  readonly service?: ObjectRef;
}

export function dependencyFinding(complaint: Complaint, objects: Read): Finding {
  const { service, target } = complaint;
  if (!service || !target) return unknownTarget(complaint, objects);
  const existing = objects.services.get(service.namespace, service.name);
  if (!existing) {
    return objects.services.knows(service.namespace, service.name)
      ? missingService(complaint, service, target, objects)
      : unknownTarget(complaint, objects);
  }
  const answers =
    complaint.problem === "refused"
      ? mayAnswerOn(existing, target.port, objects)
      : hasPort(existing, target.port);
  if (!answers) {
    const ports = (existing.spec?.ports ?? []).map(({ port }) => port);
    return wrongPort(complaint, service, target, ports, objects);
  }
  return hasReadyEndpoints(service, objects) === false
    ? notReady(complaint, service)
    : unreachable(complaint, service, objects);
}

function base({ place, said, problem, target }: Complaint) {
  return {
    evidence: [said] as readonly [Evidence, ...Evidence[]],
    details: {
      container: place.name,
      problem,
      ...(target && { host: target.host, ...(target.port !== undefined && { port: target.port }) }),
    },
  };
}

function missingService(complaint: Complaint, service: ObjectRef, target: LogHost, objects: Read): Finding {
  const { place } = complaint;
  const common = base(complaint);
  const absence = fieldEvidence(service, "metadata.name", undefined);
  const names = objects.services.in(service.namespace).map(({ metadata }) => metadata.name);
  const near = nearestName(service.name, names);
  const setting = findSetting(place, target.host, objects);
  if (near === undefined) {
    return {
      ...common,
      object: service,
      title: `${nameOf(service)}, which containers try to reach, does not exist`,
      confidence: "likely",
      evidence: [...common.evidence, absence, ...(setting ? [setting.evidence] : [])],
      affects: [place.podRef],
      remedies: [
        { step: `Create ${nameOf(service)} in namespace ${service.namespace}.`, object: service },
        { step: `Or let container ${place.name} of ${nameOf(place.workload)} use another host.` },
      ],
    };
  }
  const remedy: Remedy = {
    step: setting
      ? `Let ${setting.field} of ${nameOf(setting.object)} name ${near} instead of ${service.name}.`
      : `Let container ${place.name} of ${nameOf(place.workload)} use the host ${near} instead of ${service.name}.`,
    ...(setting && settingPatch(setting, place, { from: service.name, to: near })),
  };
  return containerCause(place, {
    ...common,
    ...(setting && { object: setting.object }),
    title: `Container ${place.name} of ${nameOf(place.workload)} tries to reach ${nameOf(service)}, which does not exist; ${nameOf({ ...service, name: near })} does`,
    confidence: "likely",
    evidence: [...common.evidence, ...(setting ? [setting.evidence] : []), absence],
    remedies: [remedy],
  });
}

function wrongPort(
  complaint: Complaint,
  service: ObjectRef,
  target: LogHost,
  ports: readonly number[],
  objects: Read,
): Finding {
  const { place } = complaint;
  const common = base(complaint);
  const setting = findSetting(place, `${target.host}:${target.port}`, objects);
  return containerCause(place, {
    ...common,
    ...(setting && { object: setting.object }),
    title: `Container ${place.name} of ${nameOf(place.workload)} asks ${nameOf(service)} on port ${target.port}, which it does not have`,
    confidence: "likely",
    evidence: [
      ...common.evidence,
      fieldEvidence(service, "spec.ports", ports.join(", ")),
      ...(setting ? [setting.evidence] : []),
    ],
    remedies: [
      {
        step: `Let container ${place.name} of ${nameOf(place.workload)} use port ${ports.join(" or ")} of ${nameOf(service)}.`,
        ...(setting &&
          ports.length === 1 &&
          settingPatch(setting, place, { from: `:${target.port}`, to: `:${ports[0]}` })),
      },
      { step: `Or add port ${target.port} to ${nameOf(service)}.`, object: service },
    ],
  });
}

function notReady(complaint: Complaint, service: ObjectRef): Finding {
  const { place } = complaint;
  return containerCause(place, {
    ...base(complaint),
    title: `Container ${place.name} of ${nameOf(place.workload)} depends on ${nameOf(service)}, which has no ready Pods`,
    confidence: "likely",
    because: [service],
    remedies: [{ step: `Make the Pods behind ${nameOf(service)} ready.`, object: service }],
  });
}

function unreachable(complaint: Complaint, service: ObjectRef, objects: Read): Finding {
  const { place } = complaint;
  const namespaces = new Set([service.namespace, place.podRef.namespace]);
  const policies = [...namespaces].flatMap((namespace) => objects.networkPolicies.in(namespace).map(refOf));
  return containerCause(place, {
    ...base(complaint),
    title: `Container ${place.name} of ${nameOf(place.workload)} cannot reach ${nameOf(service)}`,
    confidence: "possible",
    because: [service, ...policies],
    remedies: [
      {
        step: `Check that the targetPort of ${nameOf(service)} is the port that its Pods listen on.`,
        object: service,
      },
      { step: `Check that no NetworkPolicy forbids the connection from ${nameOf(place.workload)}.` },
    ],
  });
}

const LOOPBACK = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

function unknownTarget(complaint: Complaint, objects: Read): Finding {
  const { place, problem, target } = complaint;
  const who = `Container ${place.name} of ${nameOf(place.workload)}`;
  const isLoopback = target !== undefined && LOOPBACK.test(target.host);
  const setting =
    (target && findSetting(place, target.host, objects)) ??
    (isLoopback ? findSetting(place, "localhost", objects) : undefined);
  if (isLoopback && problem === "refused") return itself(complaint, target, setting, objects);
  const what = {
    dns: "uses a host name that does not resolve",
    refused: "is refused by an address that it connects to",
    timeout: "gets no answer from an address that it connects to",
  }[problem];
  const common = base(complaint);
  return containerCause(place, {
    ...common,
    ...(setting && { object: setting.object }),
    title: `${who} ${what}`,
    confidence: target ? "likely" : "possible",
    evidence: [...common.evidence, ...(setting ? [setting.evidence] : [])],
    remedies: [
      {
        step: setting
          ? `Check the address in ${setting.field} of ${nameOf(setting.object)}, and that the other side runs.`
          : `Check the address in the log line against the configuration in ${place.field} of ${nameOf(place.workload)}, and that the other side runs.`,
      },
    ],
  });
}

/** In a Pod `localhost` is the Pod itself, where nothing listens on the port. */
function itself(
  complaint: Complaint,
  { host, port }: LogHost,
  setting: Setting | undefined,
  objects: Read,
): Finding {
  const { place } = complaint;
  const common = base(complaint);
  const services = objects.services
    .in(place.podRef.namespace)
    .filter(({ spec }) => spec?.ports?.some((entry) => entry.port === port));
  const only = services.length === 1 && services[0] ? services[0].metadata.name : undefined;
  const from = setting?.value.includes("localhost") ? "localhost" : host;
  return containerCause(place, {
    ...common,
    ...(setting && { object: setting.object }),
    title: `Container ${place.name} of ${nameOf(place.workload)} looks for a server in its own Pod, where none listens`,
    confidence: setting ? "likely" : "possible",
    evidence: [...common.evidence, ...(setting ? [setting.evidence] : [])],
    remedies: [
      {
        step: `Let ${setting ? `${setting.field} of ${nameOf(setting.object)}` : `container ${place.name} of ${nameOf(place.workload)}`} name ${only === undefined ? "the Service of the server" : `Service ${only}`} instead of localhost.`,
        ...(setting && only !== undefined && settingPatch(setting, place, { from, to: only })),
      },
    ],
  });
}
