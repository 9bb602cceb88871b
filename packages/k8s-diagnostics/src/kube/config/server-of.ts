import type { ObjectOf, ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { hostsIn } from "../logs/log-hosts.ts";
import { serviceOfHost } from "../network/service-hosts.ts";
import { type Place, placesOf } from "../places.ts";
import { podsMatching } from "../pod-index.ts";
import { type Variable, variablesOf } from "./variables.ts";

/** What is read to learn of which server a line of a log tells, and how it is set up. */
export const SERVER_READS = [
  "pods",
  "replicaSets",
  "jobs",
  "logs",
  "configMaps",
  "secrets",
  "services",
  "namespaces",
] as const;
export type ServerSources = Pick<Objects, (typeof SERVER_READS)[number]>;

type Read = Omit<ServerSources, "logs">;

/** The server in the cluster that a program talks to, and the variables by which it is set up. */
export interface Server {
  readonly service: ObjectRef;
  readonly place: Place;
  readonly password: Variable | undefined;
  readonly user: Variable | undefined;
  readonly database: Variable | undefined;
}

const PASSWORD =
  /^(?:POSTGRES(?:QL)?_PASSWORD|MYSQL_PASSWORD|MARIADB_PASSWORD|REDIS_PASSWORD|VALKEY_PASSWORD|MONGO_INITDB_ROOT_PASSWORD|RABBITMQ_DEFAULT_PASS|ELASTIC_PASSWORD|MYSQL_ROOT_PASSWORD)$/;
const USER =
  /^(?:POSTGRES(?:QL)?_USER(?:NAME)?|MYSQL_USER|MARIADB_USER|MONGO_INITDB_ROOT_USERNAME|RABBITMQ_DEFAULT_USER)$/;
const DATABASE =
  /^(?:POSTGRES(?:QL)?_(?:DB|DATABASE)|MYSQL_DATABASE|MARIADB_DATABASE|MONGO_INITDB_DATABASE)$/;

/** A Service that a program asks, by its name and as it is. */
export interface AskedService {
  readonly service: ObjectRef;
  readonly found: ObjectOf<"services">;
}

/** The Services that the text names, then those that the container's variables name. */
export function servicesAsked(
  text: string,
  variables: readonly Variable[],
  client: Place,
  objects: Pick<Objects, "services" | "namespaces">,
): readonly AskedService[] {
  const { namespace } = client.podRef;
  const settings = variables.filter(({ name }) => /HOST|URL|URI|ADDR|DSN|SERVER/i.test(name));
  const hosts = [
    ...hostsIn(text).map(({ host }) => host),
    ...settings.flatMap(({ value = "" }) => [...hostsIn(value).map(({ host }) => host), value]),
  ];
  return [...new Set(hosts)].flatMap((host) => {
    const service = host.length < 254 ? serviceOfHost(host, namespace, objects) : undefined;
    const found = service && objects.services.get(service.namespace, service.name);
    return service && found ? [{ service, found }] : [];
  });
}

/** From the hosts that the log names, else from those in the container's variables. */
export function serverOf(
  text: string,
  variables: readonly Variable[],
  client: Place,
  objects: Read,
): Server | undefined {
  for (const { service, found } of servicesAsked(text, variables, client, objects)) {
    const [pod] = podsMatching(found.spec?.selector, service.namespace, objects);
    if (!pod) continue;
    for (const place of placesOf(pod, objects)) {
      const own = variablesOf(place, objects);
      const password = own.find(({ name }) => PASSWORD.test(name));
      const named = (names: RegExp) => own.find(({ name }) => names.test(name));
      if (password) return { service, place, password, user: named(USER), database: named(DATABASE) };
    }
  }
  return undefined;
}

/** Whether two variables get their value from different places, or hold different values. */
export function differ(a: Variable, b: Variable): boolean {
  if (a.value !== undefined && b.value !== undefined) return a.value !== b.value;
  const key = ({ source: { object, field } }: Variable): string => `${object.kind}/${object.name}/${field}`;
  return a.source.key !== undefined && b.source.key !== undefined && key(a) !== key(b);
}
