import { defineCheck, type Finding } from "../../check.ts";
import { databaseServer, serverCause, serverOption } from "../../kube/config/database-server.ts";
import { SERVER_READS, type ServerSources } from "../../kube/config/server-of.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { logsAbout, messageOf, type TroubledLog } from "../../kube/logs/failing-logs.ts";
import { type DatabaseKind, exhaustedServer } from "../../kube/logs/server-phrases.ts";
import { containerCause } from "../../kube/places.ts";
import { nameOf } from "../../kube/refs.ts";
import { restartAfter } from "../../kube/remedy-parts.ts";

const LIMIT_OPTION =
  /max[-_](?:user[-_]|client[-_])?conn(?:ections)?\b|\bmaxclients\b|\bmaxConns\b|MAX_CONNECTIONS/;
const LIMIT_NAMES: Partial<Record<DatabaseKind, string>> = {
  mysql: "max_connections",
  postgresql: "max_connections",
  redis: "maxclients",
  mongodb: "net.maxIncomingConnections",
};

export const databaseConnectionsExhausted = defineCheck({
  id: "database_connections_exhausted",
  title: "Database has no connections left",
  when: "the log of a failing container, or again and again of one that runs, says that the server allows no more connections: MySQL, PostgreSQL, Redis, MongoDB",
  severity: "high",
  level: "cause",
  reads: SERVER_READS,
  supersedes: ["container_exits_with_error", "init_container_failing", "readiness_probe_failing"],
  run: ({ objects, asOf }) =>
    logsAbout("connections_exhausted", objects, asOf).map((failing) => findingOf(failing, objects)),
});

function findingOf({ place, trouble, said }: TroubledLog, objects: ServerSources): Finding {
  const text = messageOf(trouble);
  const kind = exhaustedServer(trouble.text) ?? "postgresql";
  const server = databaseServer(kind, text, place, objects);
  const who = `container ${place.name} of ${nameOf(place.workload)}`;
  const details = { container: place.name, kind, ...(server?.service && { server: server.service.name }) };
  if (!server) {
    return containerCause(place, {
      title: `The database of ${who} has no connections left`,
      confidence: trouble.confidence,
      evidence: [said(trouble.line)],
      details,
      remedies: [
        {
          step: `Give ${who} a smaller pool of connections, run fewer replicas of ${nameOf(place.workload)}, or raise ${LIMIT_NAMES[kind]} of the server.`,
        },
      ],
    });
  }
  const limit = serverOption(server.place, LIMIT_OPTION, objects);
  const { workload } = server.place;
  return serverCause(place, {
    object: workload,
    title: `${nameOf(server.service ?? workload)} has no connections left for its clients`,
    confidence: server.guessed ? "possible" : trouble.confidence,
    evidence: [said(trouble.line), ...(limit ? [fieldEvidence(limit.object, limit.field, limit.value)] : [])],
    related: [place.workload, ...(server.service ? [server.service] : []), ...(limit ? [limit.object] : [])],
    details,
    remedies: [
      {
        step: limit
          ? `Raise ${LIMIT_NAMES[kind]} in ${limit.field} of ${nameOf(limit.object)}, with the memory that it takes.`
          : `Raise ${LIMIT_NAMES[kind]} of ${nameOf(workload)}, with the memory that it takes.`,
        ...(limit && { object: limit.object }),
      },
      ...(limit ? restartAfter(limit.object, workload) : []),
      ...(server.place === place
        ? [
            {
              step: `Or let the clients of ${nameOf(workload)} hold fewer connections: smaller pools, fewer replicas, a pooler in between.`,
            },
          ]
        : [
            {
              step: `Or let ${nameOf(place.workload)} hold fewer connections: a smaller pool, fewer replicas, or a pooler in between.`,
              object: place.workload,
            },
          ]),
    ],
  });
}
