import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { hostsIn } from "../../kube/logs/log-hosts.ts";
import { tlsMismatch } from "../../kube/logs/tls-phrases.ts";
import { serviceOfHost } from "../../kube/network/service-hosts.ts";
import { declaredPorts, findPort, portField, targetPortOf } from "../../kube/network/service-ports.ts";
import { podsOf } from "../../kube/network/services.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { restartAfter } from "../../kube/remedy-parts.ts";
import { type ModeSetting, modePatch, modeSetting } from "./modes.ts";

const READS = ["pods", "replicaSets", "jobs", "logs", "configMaps", "services", "namespaces"] as const;
type Read = Pick<Objects, (typeof READS)[number]>;

const TLS_NAME = /(?:^|-)(?:tls|ssl|https|secure|mtls|rediss|amqps|ldaps)(?:-|$)/;

export const tlsModeMismatch = defineCheck({
  id: "tls_mode_mismatch",
  title: "Program and server do not agree on whether they speak TLS",
  when: "the log of a failing container, or again and again of one that runs, says that the other side expects TLS or does not speak it; or that a Kafka broker leaves it without an answer, where the port is named after TLS and the program is not set up for it",
  severity: "high",
  level: "cause",
  reads: READS,
  supersedes: [
    "dependency_unreachable",
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
  ],
  run: ({ objects, asOf }) =>
    logsAbout("tls_mode", objects, asOf).flatMap((failing) => findingOf(failing, objects)),
});

interface Target {
  readonly service: ObjectRef;
  readonly evidence: readonly Evidence[];
  readonly isTls: boolean;
}

function findingOf({ place, trouble, said }: TroubledLog, objects: Read): readonly Finding[] {
  const mismatch = tlsMismatch(trouble.text);
  if (!mismatch) return [];
  const { client, isClear } = mismatch;
  const target = targetOf(trouble.text, place, objects);
  const setting = modeSetting(place, client, target?.service.name, objects);
  // Other parts of a program may have a mode of their own.
  const isSure = isClear || /protocol/i.test(setting?.value ?? "");
  // A broker that is down leaves its clients alone, too, and a program may be set up in its code.
  if (!isClear && (!target?.isTls || modeSetting(place, "tls", target.service.name, objects))) return [];
  const who = `Container ${place.name} of ${nameOf(place.workload)}`;
  const server = target ? `a port of ${nameOf(target.service)}` : "a server";
  return [
    containerCause(place, {
      ...(setting && { object: setting.object }),
      title:
        client === "plain"
          ? `${who} speaks plaintext to ${server} that expects TLS`
          : `${who} speaks TLS to ${server} that speaks plaintext`,
      confidence: isSure ? trouble.confidence : "possible",
      evidence: [
        said(trouble.line),
        ...(setting ? [fieldEvidence(setting.object, setting.field, setting.value)] : []),
        ...(target?.evidence ?? []),
      ],
      ...(target && { related: [target.service] }),
      details: { container: place.name, client: client === "plain" ? "plaintext" : "tls" },
      remedies: remediesOf(client, place, setting),
    }),
  ];
}

/** The Service that the line names, and whether the port is named after TLS, there or in its Pods. */
function targetOf(text: string, place: Place, objects: Read): Target | undefined {
  for (const { host, port: number } of hostsIn(text)) {
    const service = serviceOfHost(host, place.podRef.namespace, objects);
    const found = service && objects.services.get(service.namespace, service.name);
    if (!service || !found) continue;
    const port = findPort(found, { number });
    if (!port) return { service, evidence: [], isTls: false };
    const [pod] = podsOf(found, objects);
    const wanted = targetPortOf(port);
    const declared = (pod ? declaredPorts(pod) : []).find(
      (each) => wanted === each.number || wanted === each.name,
    );
    const names = [port.name, port.appProtocol, declared?.name];
    return {
      service,
      evidence: [fieldEvidence(service, `${portField(port)}.name`, port.name ?? declared?.name)],
      isTls: names.some((name) => name !== undefined && TLS_NAME.test(name.toLowerCase())),
    };
  }
  return undefined;
}

function remediesOf(
  client: "plain" | "tls",
  place: Place,
  setting: ModeSetting | undefined,
): readonly Remedy[] {
  const where = setting
    ? `${setting.field} of ${nameOf(setting.object)}`
    : `container ${place.name} of ${nameOf(place.workload)}`;
  const how =
    client === "plain"
      ? "use TLS for this connection (Kafka: security.protocol SSL or SASL_SSL; PostgreSQL: sslmode; a URL: https, rediss or amqps), and give it the certificate of the server's authority"
      : "speak plaintext on this connection, or the port of the server that speaks TLS";
  return [
    { step: `Let ${where} ${how}.`, object: setting?.object ?? place.workload, ...modePatch(setting, place) },
    ...(setting ? restartAfter(setting.object, place.workload) : []),
  ];
}
