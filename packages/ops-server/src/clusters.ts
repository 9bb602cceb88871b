import {
  type ClusterReader,
  connect,
  createLiveReader,
  openRecordedCluster,
  restrictToNamespaces,
} from "@k8s-ops/k8s-cluster";
import type { DiagnoseDeps } from "@k8s-ops/k8s-diagnostics/tools";
import { ToolError } from "@k8s-ops/mcp-contract";
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

export interface Clusters extends DiagnoseDeps {
  /** The context of calls that name none, when the configuration says it. */
  readonly defaultContext: string | undefined;
  close(): Promise<void>;
}

/** Opens each cluster at its first call and keeps it. A cluster that could not be opened is tried again at the next. */
export function createClusters(options: ClusterOptions): Clusters {
  const open = new Map<string, Promise<ClusterReader>>();
  const readerOf = (name: string | undefined): Promise<ClusterReader> => {
    const key = name ?? options.context ?? "";
    const known = open.get(key);
    if (known) return known;
    const opening = openCluster(options, name);
    open.set(key, opening);
    opening.catch(() => open.delete(key));
    return opening;
  };
  return {
    defaultContext: options.context,
    async cluster(context, { scope }) {
      assertContext(context, options);
      const reader = traced(await readerOf(context));
      return scope ? restrictToNamespaces(reader, scope.namespaces) : reader;
    },
    async close() {
      await Promise.allSettled([...open.values()].map(async (reader) => (await reader).close()));
    },
  };
}

async function openCluster(options: ClusterOptions, name: string | undefined): Promise<ClusterReader> {
  if (options.snapshot !== undefined) return openRecordedCluster(options.snapshot);
  const context = name ?? options.context;
  const { kubeconfig, env } = options;
  return createLiveReader(
    await connect({
      env,
      ...(kubeconfig !== undefined && { kubeconfig }),
      ...(context !== undefined && { context }),
    }),
  );
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
