import type { ContainerSpec } from "../containers.ts";
import { hostsIn, type LogHost } from "./log-hosts.ts";

const CLIENTS: ReadonlySet<string> = new Set([
  "nslookup",
  "nc",
  "ncat",
  "wget",
  "curl",
  "ping",
  "dig",
  "host",
  "getent",
  "pg_isready",
  "mysqladmin",
  "redis-cli",
  "mysql",
  "mariadb",
  "psql",
  "mongosh",
  "mongo",
]);
/** Clients whose other operands are databases and statements. */
const HOST_BY_OPTION_ONLY = /(?:^|\/)(?:mysql|mysqladmin|mariadb|psql|redis-cli)$/;
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * The addresses that a container's command waits for with the usual network clients, such as
 * `until nslookup db; do sleep 2; done` or `nc -z db 5432`.
 */
export function hostsInCommand({ command = [], args = [] }: ContainerSpec): readonly LogHost[] {
  const text = [...command, ...args].join(" ").slice(0, 8_000);
  return text.split(/[;&|\n(){}`]+/).flatMap((statement): readonly LogHost[] => {
    const words = statement.split(/\s+/).map((word) => word.replaceAll(/^["']|["']$/g, ""));
    const at = words.findIndex((word) => CLIENTS.has(word.split("/").at(-1) ?? ""));
    return at < 0 ? [] : hostOf(words.slice(at));
  });
}

function hostOf([client = "", ...given]: readonly string[]): readonly LogHost[] {
  const script = given.indexOf("--eval");
  const operands = (script < 0 ? given : given.slice(0, script)).flatMap(splitOption);
  const url = operands.find((word) => word.includes("://"));
  if (url !== undefined) return hostsIn(url).slice(0, 1);
  const named = operands.findIndex((word) => word === "-h" || word === "--host");
  if (named < 0 && HOST_BY_OPTION_ONLY.test(client)) return [];
  const rest = named >= 0 ? operands.slice(named + 1) : operands;
  const plain = rest.filter(
    (word) => HOST.test(word) && !/^\d+$/.test(word) && !(client === "getent" && word === "hosts"),
  );
  const [host] = plain;
  if (host === undefined) return [];
  const port = Number(rest.slice(rest.indexOf(host) + 1).find((word) => /^\d{2,5}$/.test(word)));
  return [{ host, port: port > 0 && port <= 65_535 ? port : undefined }];
}

/** `--host=db` and `-hdb` as two words, `db:27017/shop` as host and port. */
function splitOption(word: string): readonly string[] {
  const option = /^(--host)=(.+)$|^(-h)([a-z0-9].*)$/.exec(word);
  if (option) return option.slice(1).filter((part) => part !== undefined);
  return /^([a-z0-9.-]{1,253}):(\d{1,5})(?:\/\S*)?$/.exec(word)?.slice(1) ?? [word];
}
