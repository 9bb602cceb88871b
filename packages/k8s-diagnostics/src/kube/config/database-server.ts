import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import type { Finding } from "../../check.ts";
import { isContainerHealthy } from "../containers.ts";
import type { DatabaseKind } from "../logs/server-phrases.ts";
import { type Place, placesOf } from "../places.ts";
import { podsMatching } from "../pod-index.ts";
import { refKey, refOf } from "../refs.ts";
import { type AskedService, servicesAsked } from "./server-of.ts";
import { settingsOf } from "./settings.ts";
import { variablesOf } from "./variables.ts";

type Read = Pick<
  Objects,
  "pods" | "replicaSets" | "jobs" | "services" | "namespaces" | "configMaps" | "secrets"
>;

/** The database in the cluster that a program talks to. */
export interface DatabaseServer {
  /** The Service by which it is addressed; undefined for a program that is the server itself. */
  readonly service: ObjectRef | undefined;
  readonly place: Place;
  /** Whether nothing names it: it is the only one of its kind in the program's namespace. */
  readonly guessed: boolean;
}

const KNOWN: Readonly<Record<DatabaseKind, { readonly image: RegExp; readonly ports: readonly number[] }>> = {
  mysql: { image: /mysql|mariadb|percona|vitess|proxysql/, ports: [3306] },
  postgresql: { image: /postgres|postgis|timescale|spilo|pgbouncer|pgpool|crunchy/, ports: [5432, 6432] },
  redis: { image: /redis|valkey|keydb|dragonfly|sentinel/, ports: [6379] },
  mongodb: { image: /mongo|ferretdb/, ports: [27_017] },
  sqlserver: { image: /mssql|sqlserver|azure-sql/, ports: [1433] },
  elasticsearch: { image: /elasticsearch|opensearch/, ports: [9200] },
};

/** The server of this kind that the text or the container's settings name, or the container itself. */
export function databaseServer(
  kind: DatabaseKind,
  text: string,
  client: Place,
  objects: Read,
): DatabaseServer | undefined {
  if (isServer(kind, client)) return { service: undefined, place: client, guessed: false };
  for (const asked of servicesAsked(text, variablesOf(client, objects), client, objects)) {
    const place = serverBehind(kind, asked, objects);
    if (place) return { service: asked.service, place, guessed: false };
  }
  return onlyServer(kind, client.podRef.namespace, objects);
}

/** Addresses often stand in Secrets, which are not read. */
function onlyServer(kind: DatabaseKind, namespace: string, objects: Read): DatabaseServer | undefined {
  const servers = objects.services.in(namespace).flatMap((found) => {
    const place = serverBehind(kind, { service: refOf(found), found }, objects);
    return place ? [{ service: refOf(found), place, guessed: true }] : [];
  });
  const workloads = new Set(servers.map(({ place }) => refKey(place.workload)));
  return workloads.size === 1 ? servers[0] : undefined;
}

function isServer(kind: DatabaseKind, { spec }: Place): boolean {
  const path = (spec.image ?? "").split("@")[0] ?? "";
  return KNOWN[kind].image.test(path.split("/").at(-1) ?? "") && listensOn(kind, spec);
}

function listensOn(kind: DatabaseKind, { ports = [] }: Place["spec"]): boolean {
  return ports.length === 0 || ports.some(({ containerPort }) => KNOWN[kind].ports.includes(containerPort));
}

function serverBehind(
  kind: DatabaseKind,
  { service, found }: AskedService,
  objects: Read,
): Place | undefined {
  const [pod] = podsMatching(found.spec?.selector, service.namespace, objects);
  const places = pod ? placesOf(pod, objects).filter(({ role }) => role !== "init") : [];
  const server = places.find(
    ({ spec }) =>
      KNOWN[kind].image.test(spec.image ?? "") ||
      (spec.ports ?? []).some(({ containerPort }) => KNOWN[kind].ports.includes(containerPort)),
  );
  const isKnownPort = (found.spec?.ports ?? []).some(({ port }) => KNOWN[kind].ports.includes(port));
  return server ?? (isKnownPort ? places[0] : undefined);
}

/** Where a server is told something: in its command line, in a variable, or in a line of its configuration file. */
export interface ServerOption {
  readonly object: ObjectRef;
  readonly field: string;
  readonly value: string;
}

/** The first place in a server's configuration that matches. */
export function serverOption(
  place: Place,
  pattern: RegExp,
  objects: Pick<Objects, "configMaps">,
): ServerOption | undefined {
  const { spec, workload, field } = place;
  for (const list of ["args", "command"] as const) {
    const words = spec[list]?.join(" ") ?? "";
    if (pattern.test(words)) return { object: workload, field: `${field}.${list}`, value: words };
  }
  for (const { via, object, field: at, name, value } of settingsOf(place, objects)) {
    const lines = via === "file" ? value.split("\n") : [`${name}=${value}`];
    const line = lines.find((each) => !/^\s*[#;]/.test(each) && pattern.test(each));
    if (line !== undefined && via !== "argument") return { object, field: at, value: line.trim() };
  }
  return undefined;
}

/** A cause that lies with the server, and that a client's log tells of: all clients tell of one and the same. */
export function serverCause(
  client: Place,
  finding: Pick<Finding, "object" | "title" | "confidence" | "evidence"> & Partial<Finding>,
): Finding {
  const isMinor = client.role !== "init" && isContainerHealthy(client);
  return { affects: [client.podRef], ...(isMinor && { severity: "medium" as const }), ...finding };
}
