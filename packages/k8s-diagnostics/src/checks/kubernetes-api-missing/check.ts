import { isDnsLabel, isDnsSubdomain, type ObjectOf, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { type AskedApi, unservedApi } from "../../kube/logs/api-phrases.ts";
import { type FailingLog, failingLogs } from "../../kube/logs/failing-logs.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf, refOf } from "../../kube/refs.ts";
import { removedApi } from "../../kube/removed-apis.ts";

type Definition = ObjectOf<"customResourceDefinitions">;
type Input = Pick<Objects, "customResourceDefinitions">;
type Explained = Pick<Finding, "title" | "remedies"> & Partial<Finding>;

export const kubernetesApiMissing = defineCheck({
  id: "kubernetes_api_missing",
  title: "Program asks for a kind that the API server does not serve",
  when: "the log of a failing container says that there is no such kind or resource: a version of Kubernetes' own kinds that was removed, or a CustomResourceDefinition that is missing, not in force, or serves other versions",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "customResourceDefinitions"],
  supersedes: [
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "dependency_unreachable",
    "missing_file",
    "argument_rejected",
  ],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf)
      .filter(({ isReady }) => !isReady)
      .flatMap((failing) => findingOf(failing, objects)),
});

function findingOf({ place, recent, trouble, said }: FailingLog, objects: Input): readonly Finding[] {
  const [first] = recent.flatMap((line) => {
    const asked = unservedApi(line);
    return asked ? [{ line, asked }] : [];
  });
  if (!first) return [];
  const explained = explain(place, first.asked, objects);
  if (!explained) return [];
  return [
    containerCause(place, {
      ...explained,
      confidence: trouble && trouble.line !== first.line ? "possible" : "likely",
      evidence: [said(first.line), ...(explained.evidence ?? [])],
      details: { container: place.name, ...first.asked },
    }),
  ];
}

/** Undefined when the API server serves it by now. */
function explain(place: Place, asked: AskedApi, objects: Input): Explained | undefined {
  const who = subjectOf(place);
  const removed = removedApi(asked);
  if (removed) {
    const { groupVersion, since, instead } = removed;
    return {
      title: `${who} asks for ${asked.kind} of ${groupVersion}, which Kubernetes ${since} removed`,
      remedies: [
        {
          step: instead
            ? `Set ${imageOf(place)} to a newer version of the program, which asks for ${asked.kind} of ${instead}.`
            : `Set ${imageOf(place)} to a newer version of the program, which does without ${asked.kind}: Kubernetes has it no more.`,
        },
      ],
    };
  }
  const { group } = asked;
  const definition = definitionOf(asked, objects);
  if (definition) return fromDefinition(place, asked, definition);
  const what = wordOf(asked);
  if (group !== undefined && OWN.test(group)) {
    return notServed(
      who,
      what,
      `Set ${imageOf(place)} to a version of the program that fits the version of Kubernetes.`,
    );
  }
  if (group !== undefined && METRICS.test(group)) return notServed(who, what, METRICS_API);
  const isKnown = objects.customResourceDefinitions.knows("");
  return {
    title: isKnown
      ? `${who} asks for ${what}, and the cluster has no CustomResourceDefinition of it`
      : `${who} asks for ${what}, which the API server does not serve`,
    remedies: [
      {
        step: `Install the CustomResourceDefinition of ${what} in the version that the program asks for${
          asked.version === undefined ? "" : ` (${asked.version})`
        }, before ${nameOf(place.workload)}.`,
      },
    ],
  };
}

const METRICS_API =
  "Install what serves that API (kubectl get apiservices lists what is there): metrics-server, or an adapter of the monitoring system.";

function notServed(who: string, what: string, step: string): Explained {
  return { title: `${who} asks for ${what}, which the API server does not serve`, remedies: [{ step }] };
}

/** Groups that end so and are served by Kubernetes itself; others of k8s.io are made of CustomResourceDefinitions. */
const OWN =
  /^(?:(?:networking|rbac\.authorization|storage|apiextensions|apiregistration|admissionregistration|certificates|coordination|scheduling|discovery|events|node|flowcontrol\.apiserver|resource|authentication|authorization|internal\.apiserver|storagemigration)\.k8s\.io|[a-z]*)$/;
/** Groups that an aggregated API serves. */
const METRICS = /^(?:custom\.|external\.)?metrics\.k8s\.io$/;

function definitionOf({ kind, resource, group }: AskedApi, objects: Input): Definition | undefined {
  return objects.customResourceDefinitions.all.find(
    ({ spec }) =>
      (group === undefined || spec?.group === group) &&
      (kind === undefined ? spec?.names?.plural === resource : spec?.names?.kind === kind),
  );
}

function fromDefinition(place: Place, { version }: AskedApi, definition: Definition): Explained | undefined {
  const who = subjectOf(place);
  const object = refOf(definition);
  const what = nameOf(object);
  const established = definition.status?.conditions?.find(({ type }) => type === "Established");
  if (established && established.status !== "True") {
    return {
      title: `${who} asks for objects of ${what}, which is not in force`,
      evidence: [fieldEvidence(object, "status.conditions[Established]", established)],
      because: [object],
      related: [object],
      remedies: [{ step: `Mend what the conditions of ${what} say.`, object }],
    };
  }
  const served = (definition.spec?.versions ?? []).filter(({ served: is }) => is).map(({ name }) => name);
  if (version === undefined || served.includes(version)) return undefined;
  return {
    title: `${who} asks for a version of ${what} that it does not serve`,
    evidence: [fieldEvidence(object, "spec.versions[] (served)", served.join(", "))],
    related: [object],
    remedies: [
      {
        step: `Apply the ${what} that belongs to the version of the program (it asks for ${version}): Helm, for one, does not upgrade CustomResourceDefinitions.`,
        object,
      },
      { step: `Or set ${imageOf(place)} back to the version of the program that asks for what is served.` },
    ],
  };
}

function subjectOf({ name, workload }: Place): string {
  return `Container ${name} of ${nameOf(workload)}`;
}

function imageOf({ field, workload }: Place): string {
  return `${field}.image of ${nameOf(workload)}`;
}

function wordOf({ kind, resource, group }: AskedApi): string {
  const name = kind ?? (resource !== undefined && isDnsLabel(resource) ? resource : "a resource");
  return group && isDnsSubdomain(group) ? `${name} of ${group}` : name;
}
