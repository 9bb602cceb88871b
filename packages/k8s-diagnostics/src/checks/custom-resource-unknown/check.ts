import { isDnsLabel, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Evidence, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { failingLogs } from "../../kube/logs/failing-logs.ts";
import { failureText } from "../../kube/logs/logs.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { type AskedKind, askedKind } from "./asked-kind.ts";

type Definition = ObjectOf<"customResourceDefinitions">;
type Read = Pick<Objects, "customResourceDefinitions">;

/** The groups of Kubernetes itself; others of k8s.io, such as gateway.networking.k8s.io, are installed. */
const BUILT_IN =
  /^(?:apps|autoscaling|batch|extensions|policy|(?:admissionregistration|apiextensions|apiregistration|authentication|(?:rbac\.)?authorization|certificates|coordination|discovery|events|(?:flowcontrol|internal)\.apiserver|networking|node|resource|scheduling|storage)\.k8s\.io)$/;
const AGGREGATED = /(?:^|\.)metrics\.k8s\.io$/;

export const customResourceUnknown = defineCheck({
  id: "custom_resource_unknown",
  title: "Program asks for a kind or version that the cluster does not serve",
  when: 'the log of a failing container says "no matches for kind", or that the API server could not find a resource; the CustomResourceDefinition is missing or does not serve the version',
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "customResourceDefinitions"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf)
      .filter(({ isReady, trouble }) => !isReady && (trouble === undefined || trouble.kind === "connection"))
      .flatMap(({ place }) => {
        const text = failureText(place, objects);
        const line = text?.lines.findLast((each) => askedKind(each) !== undefined);
        const asked = line === undefined ? undefined : askedKind(line);
        return text && asked ? findingOf(place, asked, text.said(line ?? ""), objects) : [];
      }),
});

function findingOf(place: Place, asked: AskedKind, said: Evidence, objects: Read): readonly Finding[] {
  const definition = objects.customResourceDefinitions.all.find((each) => isOf(each, asked));
  if (definition) return otherVersion(place, asked, said, definition);
  const { group, version } = asked;
  const isBuiltIn = BUILT_IN.test(group);
  const isKnown = objects.customResourceDefinitions.knows("");
  const workload = nameOf(place.workload);
  const shown = `${group}${version === undefined ? "" : `/${version}`}`;
  return [
    containerCause(place, {
      title: `Container ${place.name} of ${workload} asks for a kind of ${shown} that the cluster does not serve`,
      confidence: isKnown && !isBuiltIn ? "certain" : "likely",
      evidence: [said, fieldEvidence(place.workload, `${place.field}.image`, place.spec.image)],
      details: { container: place.name, group, ...(version !== undefined && { version }) },
      remedies: [{ step: stepFor(isBuiltIn, group, place) }],
    }),
  ];
}

function stepFor(isBuiltIn: boolean, group: string, { name, field, workload }: Place): string {
  if (isBuiltIn) {
    return `Use a release in the image of container ${name} of ${nameOf(workload)} that asks for a version of ${group} that this Kubernetes serves.`;
  }
  return AGGREGATED.test(group)
    ? `Install what serves the API ${group} (metrics-server or an adapter), which ${nameOf(workload)} asks.`
    : `Install the CustomResourceDefinitions of ${group} that belong to the release in ${field}.image of ${nameOf(workload)}, before the program starts.`;
}

function isOf({ spec, metadata }: Definition, { group, kind, plural }: AskedKind): boolean {
  if (spec?.group !== group) return false;
  return kind === undefined ? metadata.name === `${plural}.${group}` : spec.names?.kind === kind;
}

function otherVersion(
  place: Place,
  { version }: AskedKind,
  said: Evidence,
  definition: Definition,
): readonly Finding[] {
  const served = (definition.spec?.versions ?? [])
    .filter((each) => each.served)
    .map(({ name }) => name)
    .filter(isDnsLabel);
  // It is served now: the program asked before it was, or asks again with success.
  if (version === undefined || served.includes(version)) return [];
  const object = refOf(definition);
  const workload = nameOf(place.workload);
  return [
    containerCause(place, {
      object,
      title: `${nameOf(object)} does not serve version ${version}, which container ${place.name} of ${workload} asks for`,
      confidence: "certain",
      evidence: [
        said,
        fieldEvidence(object, "spec.versions[] (served)", served.join(", ")),
        fieldEvidence(place.workload, `${place.field}.image`, place.spec.image),
      ],
      related: [place.workload],
      details: { container: place.name, version, served },
      remedies: [
        {
          step: `Install the CustomResourceDefinitions of the release in ${place.field}.image of ${workload}, so that ${nameOf(object)} serves ${version}.`,
          object,
        },
        {
          step: `Or go back to a release of ${workload} that asks for ${served.join(" or ")}.`,
          object: place.workload,
        },
      ],
    }),
  ];
}
