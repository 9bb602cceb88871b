import { isDnsLabel, type Objects } from "@k8s-ops/k8s-cluster";
import type { Place } from "../places.ts";
import { type Setting, settingsOf } from "./settings.ts";

/** An address that a container is configured to connect to, and the setting that says so. */
export interface ConfiguredAddress {
  /** In lower case. */
  readonly host: string;
  readonly port: number | undefined;
  readonly setting: Setting;
  /** Where the port stands, when that is another setting: `DB_PORT` beside `DB_HOST`. */
  readonly portSetting?: Setting;
}

const MAX_FILE = 64_000;
const MAX_ADDRESSES = 100;

const SCHEME =
  "(?:jdbc:)?(?:https?|wss?|grpcs?|tcp|udp|tls|postgres(?:ql)?|mysql|mariadb|rediss?|mongodb|amqps?|nats|kafka|memcached|ldaps?|smtps?|clickhouse|cassandra|mqtts?)";
const HOSTS = "([A-Za-z0-9](?:[A-Za-z0-9.,:_-]{0,500}[A-Za-z0-9])?)";
const URL_TEXT = new RegExp(
  `(?<![A-Za-z0-9+.-])${SCHEME}://(?:[^\\s/@"']{0,200}@)?${HOSTS}(?=$|[\\s/?"'\`;,)\\]>}#|\\\\])`,
  "gi",
);
const PAIRS = /^[a-z][a-z0-9.-]{0,252}:\d{2,5}(?:,[a-z][a-z0-9.-]{0,252}:\d{2,5})*$/i;
const NAME = /^[a-z](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** What such a setting holds is a place to connect to. */
const TARGET =
  /(?:^|_)(?:HOSTS?|HOSTNAME|ADDR|ADDRESS(?:ES)?|SERVERS?|ENDPOINTS?|UPSTREAM|BACKEND|BROKERS?|BOOTSTRAP|UR[LI]|DSN|TARGET)$/;
const HOST_ONLY = /(?:^|_)(?:HOSTS?|HOSTNAME|ADDR|ADDRESS(?:ES)?|SERVERS?|ENDPOINTS?|UPSTREAM)$/;
/** What a program calls itself, where it listens, whom it serves: none of that is a place that it connects to. */
const OWN =
  /BIND|LISTEN|VIRTUAL|ADVERTI[SZ]E|^SERVER_|^HOST(?:NAME)?$|^(?:SERVER|ADDRESS|ADDR)$|^NODE_|^POD_|^MY_|PUBLIC|EXTERNAL|ALLOW|TRUST|CORS|ORIGIN|COOKIE|DOMAIN|NO_PROXY|ROOT_URL|^(?:(?:APP|SITE|WEB|SELF)_)?BASE_URL|REDIRECT|CALLBACK|IMAGE/;

/**
 * The addresses of a container's configuration: URLs, `host:port`, and names of hosts in settings that are called so.
 * Names that the Pod itself resolves (its own, its hostAliases) and numeric addresses are left out.
 */
export function configuredAddresses(
  place: Place,
  objects: Pick<Objects, "configMaps">,
): readonly ConfiguredAddress[] {
  const settings = settingsOf(place, objects);
  const own = ownNames(place);
  const found = settings.flatMap((setting) =>
    setting.via === "file" ? inFile(setting) : inValue(setting, settings),
  );
  return [...new Map(found.map((address) => [keyOf(address), address])).values()]
    .filter(({ host }) => host.split(".").every(isDnsLabel) && /[a-z]/.test(host) && !own.has(host))
    .slice(0, MAX_ADDRESSES);
}

function keyOf({ host, port, setting }: ConfiguredAddress): string {
  return `${host}:${port} ${setting.object.kind}/${setting.object.name} ${setting.field}`;
}

function ownNames({ pod }: Place): ReadonlySet<string> {
  const aliases = (pod.spec?.hostAliases ?? []).flatMap(({ hostnames }) => hostnames ?? []);
  const names = ["localhost", pod.metadata.name, pod.spec?.hostname ?? "", ...aliases];
  return new Set(names.map((name) => name.toLowerCase()));
}

function inValue(setting: Setting, all: readonly Setting[]): readonly ConfiguredAddress[] {
  const value = setting.value.trim();
  const name = constantCase(setting.name);
  if (value === "" || value.length > 1_000 || value.includes("$(") || OWN.test(name)) return [];
  const urls = urlsIn(value);
  if (urls.length > 0) return urls.map((address) => ({ ...address, setting }));
  if (!TARGET.test(name)) return [];
  if (PAIRS.test(value)) return split(value).map((address) => ({ ...address, setting }));
  if (!HOST_ONLY.test(name) || !NAME.test(value)) return [];
  const portSetting = siblingPort(setting, all);
  return [
    {
      host: value.toLowerCase(),
      port: portSetting && portOf(portSetting.value),
      setting,
      ...(portSetting && { portSetting }),
    },
  ];
}

/** `DB_PORT` for `DB_HOST`. */
function siblingPort({ name, via }: Setting, all: readonly Setting[]): Setting | undefined {
  const wanted = constantCase(name).replace(HOST_ONLY, (word) => (word.startsWith("_") ? "_PORT" : "PORT"));
  return all.find(
    (other) =>
      (other.via === "argument") === (via === "argument") &&
      constantCase(other.name) === wanted &&
      portOf(other.value) !== undefined,
  );
}

function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text.trim()) : 0;
  return port > 0 && port <= 65_535 ? port : undefined;
}

function inFile(setting: Setting): readonly ConfiguredAddress[] {
  const text = setting.value.slice(0, MAX_FILE);
  const upstreams = new Set([...text.matchAll(/\bupstream\s{1,8}([\w.-]{1,253})/g)].map(([, name]) => name));
  return text
    .split("\n")
    .filter((line) => !/^\s*(?:#|;|\/\/|\*|<!--)/.test(line))
    .flatMap((line) => urlsIn(line.slice(0, 2_000)))
    .filter(({ host }) => !upstreams.has(host))
    .map((address) => ({ ...address, setting }));
}

function urlsIn(text: string): readonly Pick<ConfiguredAddress, "host" | "port">[] {
  return [...text.matchAll(URL_TEXT)].flatMap(([, hosts = ""]) => split(hosts));
}

function split(hosts: string): readonly Pick<ConfiguredAddress, "host" | "port">[] {
  return hosts.split(",").flatMap((part) => {
    const match = /^([A-Za-z0-9.-]{1,253}?)\.?(?::(\d{1,5}))?$/.exec(part);
    return match?.[1] ? [{ host: match[1].toLowerCase(), port: portOf(match[2] ?? "") }] : [];
  });
}

/** `db.host`, `dbHost` and `db-host` as `DB_HOST`. */
function constantCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[-.]/g, "_")
    .toUpperCase();
}
