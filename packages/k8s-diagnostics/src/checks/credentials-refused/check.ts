import { defineCheck, type Evidence, type Finding, type Remedy } from "../../check.ts";
import { lastWrite } from "../../kube/changes.ts";
import { configView } from "../../kube/config/config-refs.ts";
import {
  differ,
  SERVER_READS,
  type Server,
  type ServerSources,
  serverOf,
} from "../../kube/config/server-of.ts";
import { type Variable, variablesOf } from "../../kube/config/variables.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout, messageOf, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { containerPatch } from "../../kube/patch.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { restartOf } from "../../kube/remedy-parts.ts";
import { passwordVariable, userVariable } from "./password-variable.ts";

export const credentialsRefused = defineCheck({
  id: "credentials_refused",
  title: "Database or service refuses a program's user or password",
  when: "the log of a failing container says that a login failed: PostgreSQL, MySQL, Redis, MongoDB, RabbitMQ, Kafka, HTTP 401 and the like",
  severity: "high",
  level: "cause",
  reads: SERVER_READS,
  supersedes: [
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "stale_configuration",
  ],
  run: ({ objects, asOf }) =>
    logsAbout("credentials", objects, asOf).map((failing) => findingOf(failing, objects)),
});

function findingOf({ place, trouble, said }: TroubledLog, objects: ServerSources): Finding {
  const variables = variablesOf(place, objects);
  const message = messageOf(trouble);
  const password = passwordVariable(message, variables);
  const server = serverOf(message, variables, place, objects);
  const written = password && writtenAt(password, objects);
  const isStale = written !== undefined && written > (place.status?.state?.running?.startedAt ?? "9");
  const differs =
    password !== undefined && server?.password !== undefined && differ(password, server.password);
  const workload = nameOf(place.workload);
  return containerCause(place, {
    // Where both sides read another value, the reference is what must change, not what it refers to.
    object: differs || isStale ? place.workload : (password?.source.object ?? place.workload),
    title:
      isStale && password
        ? `Container ${place.name} of ${workload} started before ${nameOf(password.source.object)} was last changed, and its login is refused`
        : `The login that container ${place.name} of ${workload} sends is refused`,
    confidence: trouble.confidence,
    evidence: [
      said(trouble.line),
      ...(password ? [sourceEvidence(password, written)] : []),
      ...(isStale ? [startEvidence(place)] : []),
      ...(server?.password && (differs || password) ? [serverEvidence(server, server.password)] : []),
    ],
    ...(server && { related: [server.service] }),
    details: {
      container: place.name,
      ...(password && { variable: password.name }),
      ...(server && { server: server.service.name }),
      ...(isStale && { stale: true }),
    },
    remedies: [
      ...userRemedy(userVariable(password, variables), server, place),
      ...(isStale && password ? [restart(place, password)] : []),
      ...correct(password, server, differs, place),
    ],
  });
}

/** When the object with the value was last written. */
function writtenAt({ source: { object } }: Variable, objects: ServerSources): string | undefined {
  if (object.kind !== "Secret" && object.kind !== "ConfigMap") return undefined;
  const holder = configView(object.kind, objects).get(object.namespace, object.name);
  return holder && lastWrite(holder)?.at;
}

function sourceEvidence({ field, source }: Variable, written: string | undefined): Evidence {
  const { object, key } = source;
  if (key === undefined) return fieldEvidence(object, source.field, "set");
  return fieldEvidence(
    object,
    `${source.field} → ${field}`,
    written === undefined ? "set" : `written ${written}`,
  );
}

function startEvidence({ podRef, statusPath, status }: Place): Evidence {
  return fieldEvidence(podRef, `${statusPath}.state.running.startedAt`, status?.state?.running?.startedAt);
}

function serverEvidence({ place }: Server, { name, source }: Variable): Evidence {
  return fieldEvidence(
    place.workload,
    `${place.field}.env[${name}]`,
    `from ${nameOf(source.object)} ${source.key ?? ""}`.trim(),
  );
}

function restart({ workload }: Place, { source }: Variable): Remedy {
  return {
    step: `Restart ${nameOf(workload)}: its containers began before ${nameOf(source.object)} was written, and keep the old value.`,
    ...restartOf(workload),
  };
}

const USER_NAME = /^[a-z0-9](?:[-a-z0-9_]{0,61}[a-z0-9])?$/;

/** The server knows its user by a variable; the client sends another name. */
function userRemedy(user: Variable | undefined, server: Server | undefined, place: Place): readonly Remedy[] {
  const expected = server?.user?.value;
  if (!user?.value || !expected || user.value === expected || user.source.key !== undefined) return [];
  return [
    {
      step: `Let ${user.source.field} of ${nameOf(place.workload)} be the user that ${nameOf(server.place.workload)} is set up with.`,
      object: place.workload,
      ...(USER_NAME.test(expected) && {
        patch: containerPatch(place, { env: [{ name: user.name, value: expected }] }),
      }),
    },
  ];
}

function correct(
  password: Variable | undefined,
  server: Server | undefined,
  differs: boolean,
  place: Place,
): readonly Remedy[] {
  const workload = nameOf(place.workload);
  if (!password) {
    return [
      {
        step: `Check the user and password that container ${place.name} of ${workload} is configured with; no variable of it holds one by its name.`,
      },
    ];
  }
  const { source } = password;
  const key = source.key === undefined ? source.field : `key ${source.key}`;
  const steps: Remedy[] = [];
  if (server?.password && differs) {
    const { source: other } = server.password;
    steps.push({
      step: `Let ${password.field} of ${workload} use what ${nameOf(server.place.workload)} uses${other.key === undefined ? "" : `: key ${other.key} of ${nameOf(other.object)}`}.`,
      ...(other.key !== undefined && {
        patch: containerPatch(place, {
          env: [
            {
              name: password.name,
              value: null,
              valueFrom: referenceTo(other.object.kind, other.object.name, other.key),
            },
          ],
        }),
      }),
    });
  } else {
    steps.push({ step: `Correct ${key} of ${nameOf(source.object)}.`, object: source.object });
    if (source.key !== undefined) {
      steps.push({
        step: `Then restart ${workload}: its containers keep the value that they began with.`,
        ...restartOf(place.workload),
      });
    }
  }
  if (server && !differs) {
    steps.push({
      step: `If ${key} was changed after ${nameOf(server.place.workload)} first started, change the password inside the server, too: it takes the variable only when its data directory is new.`,
      object: server.place.workload,
    });
  }
  return steps;
}

function referenceTo(kind: string, name: string, key: string) {
  return kind === "Secret" ? { secretKeyRef: { name, key } } : { configMapKeyRef: { name, key } };
}
