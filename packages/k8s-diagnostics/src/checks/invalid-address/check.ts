import type { Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import { type Variable, variablesOf } from "../../kube/config/variables.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import {
  type FailingLog,
  type LoggedTrouble,
  logsAbout,
  messageOf,
  type TroubledLog,
} from "../../kube/logs/failing-logs.ts";
import { podSpecPath } from "../../kube/owners.ts";
import { podSpecPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";

type Read = Pick<Objects, "configMaps" | "secrets" | "services">;

export const invalidAddress = defineCheck({
  id: "invalid_address",
  title: "Program is configured with an address that is none",
  when: "the log of a failing container says that a URL or port is malformed, or that it looks for a local socket because no host is configured",
  severity: "high",
  level: "cause",
  reads: ["pods", "replicaSets", "jobs", "logs", "configMaps", "secrets", "services"],
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("address", objects, asOf).map((failing) => findingOf(failing, objects)),
});

const SOCKET = /\.s\.PGSQL\.\d|mysqld?\.sock|local MySQL server through socket|on socket "/i;
const ADDRESS = /(?:URL|URI|DSN|HOST|ADDR(?:ESS)?|ENDPOINT|SERVER|PORT|CONNECTION|BROKERS?)S?$/i;

function findingOf({ place, trouble, said }: TroubledLog, objects: Read): Finding {
  const text = messageOf(trouble);
  const who = `Container ${place.name} of ${nameOf(place.workload)}`;
  const common = { confidence: trouble.confidence, details: { container: place.name } };
  const variables = variablesOf(place, objects);
  if (/tcp:\/\/\d/.test(text) && linksServices(place, objects)) {
    const field = `${podSpecPath(place.workload.kind)}.enableServiceLinks`;
    return containerCause(place, {
      ...common,
      title: `${who} takes a variable that Kubernetes sets for a Service for its own port`,
      evidence: [
        said(trouble.line),
        fieldEvidence(place.workload, field, place.pod.spec?.enableServiceLinks ?? true),
      ],
      remedies: [
        {
          step: `Set ${field} of ${nameOf(place.workload)} to false, or set the variable in ${place.field}.env: for every Service there is a variable that ends in _PORT and holds a URL.`,
          patch: podSpecPatch(place.workload.kind, { enableServiceLinks: false }),
        },
      ],
    });
  }
  if (SOCKET.test(text)) return noHost(place, trouble, said, variables);
  const culprit = culpritOf(text, variables);
  return containerCause(place, {
    ...common,
    object: culprit?.source.object ?? place.workload,
    title: culprit
      ? `Variable ${culprit.name} of container ${place.name} of ${nameOf(place.workload)} holds no valid address`
      : `${who} is configured with an address that is none`,
    evidence: [
      said(trouble.line),
      ...(culprit
        ? [fieldEvidence(culprit.source.object, culprit.source.field, culprit.value ?? "set")]
        : []),
    ],
    details: { container: place.name, ...(culprit && { variable: culprit.name }) },
    remedies: [correct(culprit, place)],
  });
}

/** Whether the Pod gets variables of Services by the API's default, and there are any. */
function linksServices({ pod, podRef }: Place, objects: Read): boolean {
  return pod.spec?.enableServiceLinks !== false && objects.services.in(podRef.namespace).length > 0;
}

function noHost(
  place: Place,
  trouble: LoggedTrouble,
  said: FailingLog["said"],
  variables: readonly Variable[],
): Finding {
  const field = `${place.field}.env`;
  return containerCause(place, {
    title: `Container ${place.name} of ${nameOf(place.workload)} looks for a database on a local socket, for it is given no host`,
    confidence: trouble.confidence,
    evidence: [
      said(trouble.line),
      fieldEvidence(place.workload, `${field} (names)`, variables.map(({ name }) => name).join(", ")),
    ],
    details: { container: place.name },
    remedies: [
      {
        step: `Set the variable with the database's host in ${field} of ${nameOf(place.workload)} to the name of its Service.`,
      },
    ],
  });
}

/** The variable whose value the line quotes, else the only one that is an address by its name. */
function culpritOf(text: string, variables: readonly Variable[]): Variable | undefined {
  const quoted = variables.find(
    ({ value }) => value !== undefined && value.length > 2 && text.includes(value),
  );
  if (quoted) return quoted;
  const named = variables.find(({ name }) =>
    new RegExp(`\\b${name.replaceAll(/[.]/g, "\\.")}\\b`).test(text),
  );
  if (named) return named;
  const addresses = variables.filter(({ name }) => ADDRESS.test(name));
  return addresses.find(({ value }) => value === "") ?? (addresses.length === 1 ? addresses[0] : undefined);
}

function correct(culprit: Variable | undefined, { name, workload }: Place): Remedy {
  if (!culprit)
    return { step: `Correct the address that container ${name} of ${nameOf(workload)} is given.` };
  const { object, field } = culprit.source;
  return {
    step: `Correct ${field} of ${nameOf(object)}: a URL needs its scheme (such as http://), a port is a number up to 65535.`,
    object,
  };
}
