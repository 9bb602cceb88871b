import type { RequestOptions } from "node:https";
import type { Cluster } from "@kubernetes/client-node";
import { ClusterError } from "../errors.ts";
import { type Access, type AccessSource, type Environment, RELOAD_MS, type TlsSettings } from "./access.ts";
import { execConfig } from "./exec-config.ts";
import { createExecPlugin, type ExecCredential, type ExecPlugin } from "./exec-plugin.ts";
import { type ChosenContext, type KubeconfigUser, loadContext } from "./kubeconfig.ts";

interface Loaded {
  readonly chosen: ChosenContext;
  readonly plugin: ExecPlugin | undefined;
}

/**
 * A context of kubeconfig files. client-node's KubeConfig applies certificates, tokens, OIDC and the other
 * `auth-provider`s; exec plug-ins run in {@link createExecPlugin}, because client-node's neither end nor can be asked
 * again.
 * @throws ClusterError `invalid_kubeconfig`, `unknown_context`, `no_cluster`
 */
export async function kubeconfigSource(
  files: readonly string[],
  context: string | undefined,
  env: Environment,
  execTimeoutMs?: number,
): Promise<AccessSource> {
  const open = async (name: string | undefined): Promise<Loaded> => {
    const chosen = await loadContext(files, name);
    const exec = execConfig(chosen);
    return { chosen, plugin: exec && createExecPlugin(exec, env, execTimeoutMs) };
  };
  let loaded = await open(context);
  const { name } = loaded.chosen;
  serverUrl(loaded.chosen.cluster);
  return {
    cluster: { name, source: "kubeconfig" },
    obtain: async ({ renew }) => {
      // An auth-provider keeps refreshed tokens in memory only, so the file would be older.
      if (renew && !loaded.plugin && !loaded.chosen.user.authProvider) {
        loaded = await open(name).catch(() => loaded);
      }
      const credential = await loaded.plugin?.credential({ renew });
      return accessOf(loaded.chosen, credential);
    },
  };
}

async function accessOf({ cluster, user }: ChosenContext, credential?: ExecCredential): Promise<Access> {
  const server = serverUrl(cluster);
  const common = {
    server,
    ...(cluster.proxyUrl && { proxyUrl: cluster.proxyUrl }),
    expiresAt: Math.min(Date.now() + RELOAD_MS, credential?.expiresAt ?? Number.POSITIVE_INFINITY),
  };
  // As in client-go, credentials never travel without TLS.
  if (server.protocol === "http:") return { ...common, tls: { rejectUnauthorized: true }, headers: {} };
  const options = await securityOptions(cluster, effectiveUser(user, credential));
  return {
    ...common,
    tls: tlsSettings(options, credential),
    headers: requestHeaders(options, user),
  };
}

function serverUrl(cluster: Cluster): URL {
  const url = URL.parse(cluster.server);
  if (url && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw new ClusterError(
    "invalid_kubeconfig",
    `The cluster "${cluster.name}" has a server that is no http or https URL. Correct it in the kubeconfig.`,
  );
}

function effectiveUser(user: KubeconfigUser, credential: ExecCredential | undefined) {
  const { exec: _, token, tokenFile, ...rest } = user;
  if (credential)
    return { ...rest, authProvider: undefined, ...(credential.token && { token: credential.token }) };
  if (tokenFile) return { ...rest, authProvider: { name: "tokenFile", config: { tokenFile } } };
  return { ...rest, ...(token && { token }) };
}

async function securityOptions(
  cluster: Cluster,
  user: ReturnType<typeof effectiveUser>,
): Promise<RequestOptions> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  // Embedded data wins over files, as in kubectl.
  const { caFile, ...embedded } = cluster;
  config.loadFromClusterAndUser(cluster.caData ? embedded : cluster, withEmbeddedData(user));
  const options: RequestOptions = {};
  try {
    await within(CREDENTIALS_TIMEOUT_MS, config.applyToHTTPSOptions(options));
  } catch (error) {
    throw credentialsFailure(user.name, error);
  }
  return options;
}

const CREDENTIALS_TIMEOUT_MS = 10_000;

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error("timeout")), ms);
  return Promise.race([promise, timeout.promise]).finally(() => clearTimeout(timer));
}

function withEmbeddedData<
  T extends { certData?: string; certFile?: string; keyData?: string; keyFile?: string },
>(user: T): T {
  const { certFile, keyFile, ...rest } = user;
  return {
    ...rest,
    ...(certFile && !user.certData && { certFile }),
    ...(keyFile && !user.keyData && { keyFile }),
  } as T;
}

function credentialsFailure(user: string, error: unknown): ClusterError {
  const { code, path } = (error ?? {}) as { code?: unknown; path?: unknown };
  const reason =
    typeof path === "string" && typeof code === "string"
      ? `${path} cannot be read (${code})`
      : "they were refused";
  return new ClusterError(
    "credentials_failed",
    `The credentials of the kubeconfig's user "${user}" could not be obtained: ${reason}. Log in again or correct the kubeconfig.`,
  );
}

function tlsSettings(options: RequestOptions, credential: ExecCredential | undefined): TlsSettings {
  const { ca, cert, key, servername, rejectUnauthorized } = options as {
    [Field in keyof TlsSettings]?: TlsSettings[Field];
  };
  return {
    rejectUnauthorized: rejectUnauthorized ?? true,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(credential?.certificate && { cert: credential.certificate }),
    ...(credential?.key && { key: credential.key }),
    ...(servername && { servername }),
  };
}

function requestHeaders(options: RequestOptions, user: KubeconfigUser): Access["headers"] {
  const given = Object.entries(options.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value).trim(),
  ]);
  const basic =
    typeof options.auth === "string"
      ? { authorization: `Basic ${Buffer.from(options.auth).toString("base64")}` }
      : {};
  const groups = user.impersonateGroups.length > 0 ? { "impersonate-group": user.impersonateGroups } : {};
  return { ...basic, ...Object.fromEntries(given), ...groups };
}
