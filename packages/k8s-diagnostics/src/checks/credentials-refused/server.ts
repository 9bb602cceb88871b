import type { ObjectRef, Objects } from "@k8s-ops/k8s-cluster";
import { type Variable, variablesOf } from "../../kube/config/variables.ts";
import { hostsIn } from "../../kube/logs/log-hosts.ts";
import { serviceOfHost } from "../../kube/network/service-hosts.ts";
import { type Place, placesOf } from "../../kube/places.ts";
import { podsMatching } from "../../kube/pod-index.ts";

type Read = Pick<
  Objects,
  "pods" | "replicaSets" | "jobs" | "services" | "namespaces" | "configMaps" | "secrets"
>;

/** The server in the cluster that refused the login, and the variables that tell it which one to expect. */
export interface Server {
  readonly service: ObjectRef;
  readonly place: Place;
  readonly password: Variable | undefined;
  readonly user: Variable | undefined;
}

const PASSWORD =
  /^(?:POSTGRES(?:QL)?_PASSWORD|MYSQL_PASSWORD|MARIADB_PASSWORD|REDIS_PASSWORD|VALKEY_PASSWORD|MONGO_INITDB_ROOT_PASSWORD|RABBITMQ_DEFAULT_PASS|ELASTIC_PASSWORD|MYSQL_ROOT_PASSWORD)$/;
const USER =
  /^(?:POSTGRES(?:QL)?_USER(?:NAME)?|MYSQL_USER|MARIADB_USER|MONGO_INITDB_ROOT_USERNAME|RABBITMQ_DEFAULT_USER)$/;

/** From the hosts that the log names, else from those in the container's variables. */
export function serverOf(
  text: string,
  variables: readonly Variable[],
  client: Place,
  objects: Read,
): Server | undefined {
  const { namespace } = client.podRef;
  const settings = variables.filter(({ name }) => /HOST|URL|URI|ADDR|DSN|SERVER/i.test(name));
  const hosts = [
    ...hostsIn(text).map(({ host }) => host),
    ...settings.flatMap(({ value = "" }) => [...hostsIn(value).map(({ host }) => host), value]),
  ];
  for (const host of hosts) {
    const service = host.length < 254 ? serviceOfHost(host, namespace, objects) : undefined;
    const found = service && objects.services.get(service.namespace, service.name);
    const [pod] = podsMatching(found?.spec?.selector, service?.namespace ?? "", objects);
    if (!service || !pod) continue;
    for (const place of placesOf(pod, objects)) {
      const own = variablesOf(place, objects);
      const password = own.find(({ name }) => PASSWORD.test(name));
      if (password) return { service, place, password, user: own.find(({ name }) => USER.test(name)) };
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
