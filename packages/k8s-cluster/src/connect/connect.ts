import type { ClusterInfo } from "../snapshot/snapshot.ts";
import type { Access, AccessSource, Environment } from "./access.ts";
import { inClusterSource } from "./in-cluster.ts";
import { kubeconfigFiles } from "./kubeconfig-files.ts";
import { kubeconfigSource } from "./kubeconfig-source.ts";
import { environmentProxy } from "./proxy.ts";
import { keepSession } from "./session.ts";
import { createTransport, type Send, type TransportOptions } from "./transport.ts";

export interface ConnectOptions extends TransportOptions {
  /** Path of a kubeconfig, or several joined as in KUBECONFIG. Wins over everything else. */
  readonly kubeconfig?: string;
  /** Which context of the kubeconfig; default its current one. Asking for one rules the ServiceAccount out. */
  readonly context?: string;
  /** The process's environment variables. */
  readonly env: Environment;
  /** Where a ServiceAccount is mounted, when not at the usual place. */
  readonly serviceAccountDir?: string;
  /** Sockets to the API server. Default 16. */
  readonly connections?: number;
  readonly connectTimeoutMs?: number;
  /** How long a credential plug-in may take. Default 10 s. */
  readonly execTimeoutMs?: number;
}

/** A cluster that requests can be sent to. */
export interface Connection {
  readonly cluster: ClusterInfo;
  /** Host and port of the API server. */
  readonly server: string;
  readonly send: Send;
  /** How many writes were sent. A read that began before a write is not shared with one that begins after it. */
  writes(): number;
  close(): Promise<void>;
}

/**
 * Finds the cluster and its credentials: the kubeconfig given, else the Pod's ServiceAccount, else KUBECONFIG, else
 * `~/.kube/config`. Nothing is sent yet. There is no default server.
 * @throws ClusterError `no_cluster`, `unknown_context`, `invalid_kubeconfig`, `credentials_failed`
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { env, connections = 16, connectTimeoutMs = 5_000 } = options;
  const source = throughProxy(await findSource(options), env);
  const keeper = keepSession(source, { connections, connectTimeoutMs });
  const { access } = await keeper.current();
  const send = createTransport(keeper, access.server.host, options);
  let writes = 0;
  return {
    cluster: source.cluster,
    server: access.server.host,
    send: async (request) => {
      try {
        return await send(request);
      } finally {
        if ((request.method ?? "GET") !== "GET") writes++;
      }
    },
    writes: () => writes,
    close: () => keeper.close(),
  };
}

async function findSource(options: ConnectOptions): Promise<AccessSource> {
  const { kubeconfig, context, env } = options;
  if (!kubeconfig && context === undefined) {
    const source = await inClusterSource(env, options.serviceAccountDir);
    if (source) return source;
  }
  const files = await kubeconfigFiles(kubeconfig, env);
  return kubeconfigSource(files, context, env, options.execTimeoutMs);
}

function throughProxy(source: AccessSource, env: Environment): AccessSource {
  const withProxy = (access: Access): Access => {
    const proxyUrl = access.proxyUrl ?? environmentProxy(access.server, env);
    return proxyUrl === undefined ? access : { ...access, proxyUrl };
  };
  return { cluster: source.cluster, obtain: async (options) => withProxy(await source.obtain(options)) };
}
