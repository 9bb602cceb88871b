import {
  type ClusterReader,
  type ClusterWriter,
  connect,
  createLiveReader,
  createLiveWriter,
  createReadOnlyWriter,
  openRecordedCluster,
  restrictToNamespaces,
} from "@k8s-ops/k8s-cluster";
import { type CallContext, ToolError } from "@k8s-ops/mcp-contract";
import { traced } from "./traced-reader.ts";

export interface ClusterOptions {
  /** A recording to serve instead of a live cluster. */
  readonly snapshot?: string;
  /** One or more kubeconfig files, as in KUBECONFIG. */
  readonly kubeconfig?: string;
  /** The context of calls that name none; default the kubeconfig's current one. */
  readonly context?: string;
  /** Further contexts that calls may name. */
  readonly contexts: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A cluster to read and to write. */
export interface OpenCluster {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  /** Host and port of the API server, or where the recording lies. */
  readonly server: string;
}

export interface Clusters {
  /** The context of calls that name none, when the configuration says it. */
  readonly defaultContext: string | undefined;
  /** Whether it can be written at all: a recording cannot. */
  readonly isLive: boolean;
  /** As far as the call may see it (`call.scope`). Throws a coded error when there is none. */
  open(context: string | undefined, call: Pick<CallContext, "scope">): Promise<OpenCluster>;
  close(): Promise<void>;
}

/** Opens each cluster at its first call and keeps it. A cluster that could not be opened is tried again at the next. */
export function createClusters(options: ClusterOptions): Clusters {
  const known = new Map<string, Promise<OpenCluster>>();
  const opened = (name: string | undefined): Promise<OpenCluster> => {
    const key = name ?? options.context ?? "";
    const found = known.get(key);
    if (found) return found;
    const opening = openCluster(options, name);
    known.set(key, opening);
    opening.catch(() => known.delete(key));
    return opening;
  };
  return {
    defaultContext: options.context,
    isLive: options.snapshot === undefined,
    async open(context, { scope }) {
      assertContext(context, options);
      const cluster = await opened(context);
      const reader = traced(cluster.reader);
      return { ...cluster, reader: scope ? restrictToNamespaces(reader, scope.namespaces) : reader };
    },
    async close() {
      await Promise.allSettled([...known.values()].map(async (cluster) => (await cluster).reader.close()));
    },
  };
}

async function openCluster(options: ClusterOptions, name: string | undefined): Promise<OpenCluster> {
  const { snapshot, kubeconfig, env } = options;
  if (snapshot !== undefined) {
    const reader = await openRecordedCluster(snapshot);
    return { reader, writer: createReadOnlyWriter(reader.cluster), server: snapshot };
  }
  const context = name ?? options.context;
  const connection = await connect({
    env,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  const { server } = connection;
  return { reader: createLiveReader(connection), writer: createLiveWriter(connection), server };
}

function assertContext(name: string | undefined, { snapshot, context, contexts }: ClusterOptions): void {
  if (name === undefined || name === context || (snapshot === undefined && contexts.includes(name))) return;
  const allowed = [...(context === undefined ? [] : [context]), ...contexts];
  throw new ToolError(
    "context_not_allowed",
    snapshot !== undefined
      ? "This server serves a recorded cluster, which has no contexts. Leave the argument context out."
      : `This server is not configured for that context. ${allowed.length > 0 ? `Contexts are: ${allowed.join(", ")}.` : "Start it with --contexts to allow more than the default one."}`,
  );
}
