import { isDnsLabel, type ObjectRef, type Objects } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding, type Remedy } from "../../check.ts";
import {
  databaseServer,
  type ServerOption,
  serverCause,
  serverOption,
} from "../../kube/config/database-server.ts";
import { SERVER_READS, type ServerSources } from "../../kube/config/server-of.ts";
import { findSetting, settingPatch } from "../../kube/config/settings.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { type LoggedTrouble, logsAbout, messageOf, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { readOnlyServer } from "../../kube/logs/server-phrases.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { restartAfter } from "../../kube/remedy-parts.ts";
import { mixedFinding, mixedRoles } from "./roles.ts";

/** Options by which servers are told to take no writes. */
const READ_ONLY_OPTION =
  /(?<![\w-])(?:--)?(?:super[-_])?read[-_]only(?:[= ]+(?:1|on|true|yes)\b|$|(?=\s+-))|default_transaction_read_only[= ]+'?(?:on|true|1|yes)\b|(?<![\w-])(?:--)?(?:replicaof|slaveof)\s+\S|innodb[-_]read[-_]only(?:[= ]+(?:1|on))?\b|target_session_attrs=read-only/i;
/** Services of this name lead to replicas by intention. */
const REPLICAS = /-(?:ro|r|read|reader|readonly|read-only|repl|replicas?|slaves?|secondary|standby)$/;

export const databaseReadOnly = defineCheck({
  id: "database_read_only",
  title: "Database takes no writes",
  when: "the log of a failing container, or again and again of one that runs, says that the server is read-only or a replica: MySQL, PostgreSQL, Redis, MongoDB, SQL Server, Elasticsearch",
  severity: "high",
  level: "cause",
  reads: SERVER_READS,
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("read_only_server", objects, asOf).map((failing) => findingOf(failing, objects)),
});

function findingOf({ place, trouble, said }: TroubledLog, objects: ServerSources): Finding {
  const text = messageOf(trouble);
  const kind = readOnlyServer(trouble.text) ?? "postgresql";
  const server = databaseServer(kind, text, place, objects);
  const details = { container: place.name, kind, ...(server?.service && { server: server.service.name }) };
  const who = `container ${place.name} of ${nameOf(place.workload)}`;
  if (!server || server.place === place) {
    return containerCause(place, {
      title: `The database that ${who} writes to takes no writes`,
      confidence: trouble.confidence,
      evidence: [said(trouble.line)],
      details,
      remedies: [{ step: `Let ${who} connect to the primary, or make the server writable again.` }],
    });
  }
  const { service } = server;
  const roles = service && !REPLICAS.test(service.name) ? mixedRoles(service, objects) : undefined;
  if (roles) {
    const confidence = server.guessed ? "possible" : trouble.confidence;
    return mixedFinding(roles, place, { line: said(trouble.line), confidence, details }, objects);
  }
  const option = serverOption(server.place, READ_ONLY_OPTION, objects);
  if (service && REPLICAS.test(service.name) && !option)
    return replicaAsked(place, service, said(trouble.line), trouble, details, objects);
  const database = nameOf(service ?? server.place.workload);
  return serverCause(place, {
    object: option?.object ?? server.place.workload,
    title: `${database} takes no writes, which ${who} needs`,
    confidence: server.guessed ? "possible" : trouble.confidence,
    evidence: [
      said(trouble.line),
      ...(option ? [fieldEvidence(option.object, option.field, option.value)] : []),
    ],
    related: [server.place.workload, ...(service ? [service] : [])],
    details,
    remedies: [...writable(option, server.place), addressPrimary(server.place, service)],
  });
}

function writable(option: ServerOption | undefined, { workload }: Place): readonly Remedy[] {
  if (!option) {
    return [
      {
        step: `Make ${nameOf(workload)} writable again: end its read-only mode, or promote it to primary; a full disk or a failover may have caused it.`,
      },
    ];
  }
  return [
    {
      step: `Take the read-only setting out of ${option.field} of ${nameOf(option.object)}, unless ${nameOf(workload)} is meant to be a replica.`,
      object: option.object,
    },
    ...restartAfter(option.object, workload),
  ];
}

function addressPrimary({ workload }: Place, service: ObjectRef | undefined): Remedy {
  return service
    ? {
        step: `Or let ${nameOf(service)} select the primary only, if ${nameOf(workload)} is a replica.`,
        object: service,
      }
    : { step: `Or let programs that write connect to the primary instead of ${nameOf(workload)}.` };
}

function replicaAsked(
  place: Place,
  service: ObjectRef,
  line: Finding["evidence"][0],
  { confidence }: LoggedTrouble,
  details: Finding["details"],
  objects: ServerSources,
): Finding {
  const setting = findSetting(place, service.name, objects);
  const primary = primaryOf(service, objects);
  const where = setting
    ? `${setting.field} of ${nameOf(setting.object)}`
    : `container ${place.name} of ${nameOf(place.workload)}`;
  return containerCause(place, {
    ...(setting && { object: setting.object }),
    title: `Container ${place.name} of ${nameOf(place.workload)} writes to ${nameOf(service)}, which leads to read-only replicas`,
    confidence,
    evidence: [line, ...(setting ? [setting.evidence] : [])],
    related: [service],
    ...(details && { details }),
    remedies: [
      {
        step: `Let ${where} name ${primary === undefined ? "the Service of the primary" : `Service ${primary}`} instead of ${service.name}.`,
        ...(setting &&
          primary !== undefined &&
          settingPatch(setting, place, { from: service.name, to: primary })),
      },
    ],
  });
}

/** The Service of the same name without or with another suffix: `db` or `db-rw` for `db-ro`. */
function primaryOf(
  { namespace, name }: ObjectRef,
  { services }: Pick<Objects, "services">,
): string | undefined {
  const stem = name.replace(REPLICAS, "");
  return ["-rw", "-primary", "-master", "-write", ""]
    .map((suffix) => `${stem}${suffix}`)
    .find((candidate) => isDnsLabel(candidate) && services.get(namespace, candidate) !== undefined);
}
