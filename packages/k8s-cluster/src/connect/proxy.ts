import { BlockList, isIP } from "node:net";
import type { Environment } from "./access.ts";

/**
 * The proxy that the environment asks for, as Go programs read it: HTTPS_PROXY or HTTP_PROXY, unless NO_PROXY lists
 * the server (names, domains, addresses, networks, `*`). Loopback is never proxied.
 * Source: golang.org/x/net/http/httpproxy
 */
export function environmentProxy(server: URL, env: Environment): string | undefined {
  const variable = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = env[variable] || env[variable.toLowerCase()];
  if (!proxy || isLoopback(hostOf(server))) return undefined;
  const exceptions = (env.NO_PROXY || env.no_proxy || "")
    .split(",")
    .map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => entry !== "" && matches(entry, server))) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function hostOf(server: URL): string {
  return server.hostname.replace(/^\[|\]$/g, "");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function matches(entry: string, server: URL): boolean {
  if (entry === "*") return true;
  const host = hostOf(server);
  const [, name = entry, port] = /^(.*[^:]):(\d+)$/.exec(entry) ?? [];
  if (isIP(entry) === 0 && port !== undefined && port !== portOf(server)) return false;
  const bare = (isIP(entry) === 0 ? name : entry).replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return addressMatches(bare, host);
  const domain = bare.replace(/^\*?\./, "");
  return host.endsWith(`.${domain}`) || (host === domain && !/^\*?\./.test(bare));
}

function portOf(server: URL): string {
  return server.port || (server.protocol === "https:" ? "443" : "80");
}

function addressMatches(entry: string, address: string): boolean {
  const [network = "", bits] = entry.split("/");
  const family = isIP(network) === 6 ? "ipv6" : "ipv4";
  if (isIP(network) === 0) return false;
  const list = new BlockList();
  try {
    list.addSubnet(network, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  } catch {
    return false;
  }
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
