import type { ObjectRef } from "@k8s-ops/k8s-cluster";
import { defineCheck, type Finding } from "../../check.ts";
import { SERVER_READS, type ServerSources } from "../../kube/config/server-of.ts";
import { variablesOf } from "../../kube/config/variables.ts";
import { fieldEvidence } from "../../kube/evidence.ts";
import { type FailingLog, failingLogs } from "../../kube/logs/failing-logs.ts";
import { hostsIn } from "../../kube/logs/log-hosts.ts";
import { type DenyingServer, denyingServer } from "../../kube/logs/rights-phrases.ts";
import { serviceOfHost } from "../../kube/network/service-hosts.ts";
import { workloadOf } from "../../kube/owners.ts";
import { containerCause, type Place } from "../../kube/places.ts";
import { podsMatching } from "../../kube/pod-index.ts";
import { nameOf, refKey, refOf, sameRef } from "../../kube/refs.ts";

export const databasePermissionDenied = defineCheck({
  id: "database_permission_denied",
  title: "Database denies a right to a program's user",
  when: "the log of a failing container says that the user with which it is logged in may not do something in the database: PostgreSQL, MySQL, MongoDB, SQL Server, Oracle, Redis",
  severity: "high",
  level: "cause",
  reads: SERVER_READS,
  supersedes: [
    "container_exits_with_error",
    "init_container_failing",
    "readiness_probe_failing",
    "credentials_refused",
    "dependency_unreachable",
    "log_permission_denied",
  ],
  run: ({ objects, asOf }) =>
    failingLogs(objects, asOf)
      .filter(({ isReady }) => !isReady)
      .flatMap((failing) => findingOf(failing, objects)),
});

function findingOf({ place, recent, said }: FailingLog, objects: ServerSources): readonly Finding[] {
  const line = recent.find((each) => denyingServer(each) !== undefined);
  const kind = line === undefined ? undefined : denyingServer(line);
  if (line === undefined || !kind || isServer(place, kind)) return [];
  const server = serverOf(place, kind, objects);
  const who = `container ${place.name} of ${nameOf(place.workload)}`;
  return [
    containerCause(place, {
      ...(server && { object: server.workload }),
      title: server
        ? `${nameOf(server.workload)} denies a right to the user with which ${who} is logged in`
        : `The database denies a right to the user with which ${who} is logged in`,
      confidence: "likely",
      evidence: [
        said(line),
        ...(server ? [fieldEvidence(server.service, "spec.ports[].port", server.port)] : []),
      ],
      related: server ? [place.workload, server.service] : [],
      details: { container: place.name, ...(server && { server: server.service.name }) },
      remedies: [
        {
          step: `Give the database user of ${who} the right that the message names (${kind.grant}), or let it log in as the user that has it: rights inside a database are no objects of Kubernetes.`,
        },
        {
          step: `Find out who took it away from ${nameOf(place.workload)}: a migration, a restored backup, or an init script that did not run.`,
        },
      ],
    }),
  ];
}

interface Server {
  readonly service: ObjectRef;
  readonly port: number;
  readonly workload: ObjectRef;
}

/** The server that the program's variables name, else the only one of its kind in its namespace. */
function serverOf(place: Place, { ports, image }: DenyingServer, objects: ServerSources): Server | undefined {
  const { namespace } = place.podRef;
  const describe = (ref: ObjectRef): readonly Server[] => {
    const service = objects.services.get(ref.namespace, ref.name);
    const [pod] = podsMatching(service?.spec?.selector, ref.namespace, objects);
    if (!service || !pod) return [];
    const known = service.spec?.ports?.find(({ port }) => ports.includes(port));
    const isOfKind = known ?? (pod.spec?.containers ?? []).find((each) => image.test(each.image ?? ""));
    const port = (known ?? service.spec?.ports?.[0])?.port;
    if (!isOfKind || port === undefined) return [];
    const workload = workloadOf(pod, objects);
    return sameRef(workload, place.workload) ? [] : [{ service: refOf(service), port, workload }];
  };
  const named = variablesOf(place, objects).flatMap(({ value = "" }) =>
    [value, ...hostsIn(value).map(({ host }) => host)]
      .filter((host) => host.length < 254)
      .flatMap((host) => serviceOfHost(host, namespace, objects) ?? []),
  );
  const [asked] = named.flatMap(describe);
  if (asked) return asked;
  const all = objects.services.in(namespace).flatMap((service) => describe(refOf(service)));
  return new Set(all.map(({ workload }) => refKey(workload))).size === 1 ? all[0] : undefined;
}

/** A server that tells of others' requests. */
function isServer({ spec }: Place, { ports, image }: DenyingServer): boolean {
  return (
    image.test((spec.image ?? "").split("/").at(-1) ?? "") &&
    (spec.ports ?? []).some(({ containerPort }) => ports.includes(containerPort))
  );
}
