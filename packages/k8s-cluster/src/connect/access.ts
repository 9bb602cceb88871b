import type { ClusterInfo } from "../snapshot/snapshot.ts";

/** PEM material and rules of one TLS client. */
export interface TlsSettings {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
}

/** How to reach one API server as one user, at one moment. */
export interface Access {
  readonly server: URL;
  readonly proxyUrl?: string;
  readonly tls: TlsSettings;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Milliseconds since the epoch; afterwards files and credentials are looked at anew. */
  readonly expiresAt: number;
}

export interface ObtainOptions {
  /** The last credentials were refused: take nothing from a cache. */
  readonly renew: boolean;
}

/** Where access comes from: a kubeconfig or a ServiceAccount. */
export interface AccessSource {
  readonly cluster: ClusterInfo;
  /** @throws ClusterError `credentials_failed`, `invalid_kubeconfig` */
  obtain(options: ObtainOptions): Promise<Access>;
}

/** Environment variables; only apps read them from the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How long files with tokens and certificates are trusted before they are read again. Source: client-go token_source.go */
export const RELOAD_MS = 60_000;
