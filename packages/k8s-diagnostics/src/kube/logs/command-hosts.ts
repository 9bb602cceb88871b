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
]);
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

function hostOf([client = "", ...operands]: readonly string[]): readonly LogHost[] {
  const url = operands.find((word) => word.includes("://"));
  if (url !== undefined) return hostsIn(url).slice(0, 1);
  const named = operands.findIndex((word) => word === "-h" || word === "--host");
  const rest = named >= 0 ? operands.slice(named + 1) : operands;
  const plain = rest.filter(
    (word) => HOST.test(word) && !/^\d+$/.test(word) && !(client === "getent" && word === "hosts"),
  );
  const [host] = plain;
  if (host === undefined) return [];
  const port = Number(rest.slice(rest.indexOf(host) + 1).find((word) => /^\d{2,5}$/.test(word)));
  return [{ host, port: port > 0 && port <= 65_535 ? port : undefined }];
}
