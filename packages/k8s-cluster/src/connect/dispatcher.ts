import { createHash } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import { ClusterError } from "../errors.ts";
import type { Access, TlsSettings } from "./access.ts";

export interface DispatcherLimits {
  /** Sockets to the API server; further requests wait. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
}

const KEEP_ALIVE_MS = 30_000;

/**
 * The one pool of keep-alive connections to a server, direct or through an HTTP, HTTPS or SOCKS5 proxy.
 * @throws ClusterError `invalid_kubeconfig`
 */
export async function openDispatcher(access: Access, limits: DispatcherLimits): Promise<Dispatcher> {
  checkTls(access.tls);
  const { Agent, ProxyAgent } = await import("undici");
  const tls = { ...access.tls, timeout: limits.connectTimeoutMs, allowH2: false };
  const pool = { connections: limits.connections, keepAliveTimeout: KEEP_ALIVE_MS, allowH2: false };
  if (access.proxyUrl === undefined) {
    return new Agent({ ...pool, connect: { ...tls, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS } });
  }
  return new ProxyAgent({
    ...pool,
    uri: proxyUri(access.proxyUrl),
    requestTls: tls,
    connectTimeout: limits.connectTimeoutMs,
  });
}

/** Tells whether a new access can use the dispatcher of an older one: only headers may differ. */
export function dispatcherKey({ server, proxyUrl, tls }: Access): string {
  const hash = createHash("sha256");
  for (const part of [
    server.origin,
    proxyUrl,
    tls.servername,
    tls.rejectUnauthorized,
    tls.ca,
    tls.cert,
    tls.key,
  ]) {
    hash.update(Buffer.isBuffer(part) ? part : String(part)).update("\0");
  }
  return hash.digest("base64");
}

function checkTls({ ca, cert, key }: TlsSettings): void {
  try {
    // Node passes over an authority that is no PEM.
    if (ca !== undefined && !ca.includes("-----BEGIN")) throw new Error("no PEM");
    createSecureContext({ ca, cert, key });
  } catch (error) {
    throw new ClusterError(
      "invalid_kubeconfig",
      "The kubeconfig's certificate authority, client certificate or client key cannot be used: it is not valid PEM, or the key does not belong to the certificate.",
      { cause: error },
    );
  }
}

function proxyUri(proxyUrl: string): string {
  const url = URL.parse(proxyUrl.replace(/^socks5h:/i, "socks5:"));
  if (url && ["http:", "https:", "socks5:", "socks:"].includes(url.protocol)) return url.href;
  throw new ClusterError(
    "invalid_kubeconfig",
    "The proxy for the cluster is no http, https or socks5 URL. Correct proxy-url in the kubeconfig, or HTTPS_PROXY.",
  );
}
