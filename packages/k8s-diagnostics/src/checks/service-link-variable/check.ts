import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { variablesOf } from "../../kube/config/variables.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { failingLogs } from "../../kube/logs/failing-logs.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";

type Service = ObjectOf<"services">;
type Read = Pick<Objects, "pods" | "replicaSets" | "jobs" | "logs" | "services" | "configMaps" | "secrets">;

/** A value as Docker links had it: no program means this by a port. */
const LINK = /\b(?:tcp|udp|sctp):\/\/(\[?[0-9a-fA-F.:]{3,45}\]?):(\d{1,5})\b/;

export const serviceLinkVariable = defineCheck({
  id: "service_link_variable",
  title: "Program takes a variable of a Service for a setting of its own",
  when: "the log of a failing container complains of a value such as tcp://10.96.0.12:8080, which Kubernetes gives it in variables named after a Service (SERVER_PORT for a Service named server)",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "services", "configMaps", "secrets"],
  supersedes: [
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "invalid_address",
    "config_file_rejected",
    "missing_environment_variable",
    "dependency_unreachable",
  ],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf)
      .filter(({ isReady, place }) => !isReady && place.pod.spec?.enableServiceLinks !== false)
      .flatMap(({ place, recent, said }) => {
        const line = recent.find((each) => LINK.test(each));
        return line === undefined ? [] : findingOf(place, line, recent.join("\n"), said(line), objects);
      }),
});

function findingOf(
  place: Place,
  line: string,
  text: string,
  said: Finding["evidence"][0],
  objects: Read,
): readonly Finding[] {
  const [, host = "", port = ""] = LINK.exec(line) ?? [];
  const service = objects.services
    .in(place.podRef.namespace)
    .find(({ spec }) => spec?.clusterIP === host.replaceAll(/[[\]]/g, ""));
  if (!service) return [];
  const names = linkNames(service, port);
  const own = new Set(variablesOf(place, objects).map(({ name }) => name));
  const taken = names.filter((name) => !own.has(name));
  const named = taken.find((name) => text.includes(name)) ?? taken[0];
  if (named === undefined || namesInItself(place, line)) return [];
  const field = `${podSpecPath(place.workload.kind)}.enableServiceLinks`;
  const workload = nameOf(place.workload);
  const link = nameOf(refOf(service));
  return [
    containerCause(place, {
      title: `Container ${place.name} of ${workload} takes ${named}, which Kubernetes sets for ${link}, for a setting of its own`,
      confidence: text.includes(named) ? "certain" : "likely",
      evidence: [
        said,
        fieldEvidence(refOf(service), "spec.clusterIP", service.spec?.clusterIP),
        fieldEvidence(place.workload, field, place.pod.spec?.enableServiceLinks ?? "absent (true)"),
        ...(service.metadata.creationTimestamp
          ? [fieldEvidence(refOf(service), "metadata.creationTimestamp", service.metadata.creationTimestamp)]
          : []),
      ],
      related: [refOf(service)],
      details: { container: place.name, variable: named, service: service.metadata.name },
      remedies: [
        {
          step: `Set ${field} of ${workload} to false: Pods that started before ${link} existed lack the variable, all later ones have it.`,
          patch: podSpecPatch(place.workload.kind, { enableServiceLinks: false }),
        },
        { step: `Or set ${named} in ${place.field}.env of ${workload} to what the program expects.` },
        { step: `Or give ${link} another name.`, object: refOf(service) },
      ],
    }),
  ];
}

/** The names whose value is `tcp://IP:PORT`. Source: k8s.io/kubernetes pkg/kubelet/envvars FromServices */
function linkNames({ metadata, spec }: Service, port: string): readonly string[] {
  const prefix = metadata.name.toUpperCase().replaceAll("-", "_");
  const entry = spec?.ports?.find((each) => String(each.port) === port);
  const protocol = entry?.protocol ?? "TCP";
  return [`${prefix}_PORT`, `${prefix}_PORT_${port}_${protocol}`];
}

/** Whether the container is told this address on purpose. */
function namesInItself({ spec }: Place, line: string): boolean {
  const value = LINK.exec(line)?.[0] ?? "";
  return [
    ...(spec.args ?? []),
    ...(spec.command ?? []),
    ...(spec.env ?? []).map((each) => each.value ?? ""),
  ].some((text) => text.includes(value));
}
