import { ClusterError, type ClusterWriter, readOnlyError } from "@k8s-ops/k8s-cluster";
import { createLeaseLedger, type Ledger, type OwnPod } from "@k8s-ops/k8s-remediation";
import type { Place, RemediateDeps } from "@k8s-ops/k8s-remediation/tools";
import type { CallContext } from "@k8s-ops/mcp-contract";
import { type Policy, permits, writeRules } from "@k8s-ops/mcp-rbac";
import type { AuditLog } from "@k8s-ops/mcp-telemetry/audit";
import type { Clusters, OpenCluster } from "./clusters.ts";

/** What writes need beside a cluster and a policy. */
export interface RemediationOptions {
  /** Opened with the first record. */
  readonly audit: () => Promise<Pick<AuditLog, "append">>;
  /** Shared by all replicas. At least 32 bytes. */
  readonly signingKey: () => Promise<Uint8Array>;
  /** Where the Lease with the record of actions lives. */
  readonly stateNamespace: string;
  /** Which replica this is. */
  readonly identity: string;
  readonly ownPod?: OwnPod;
  /** How long the effect of an action is waited for. Default 45,000. */
  readonly verifyMs?: number;
}

/** What the remediate tools need, from clusters, policy and options. */
export function remediateDeps(
  clusters: Clusters,
  policy: () => Policy,
  { audit, signingKey, stateNamespace, identity, ownPod, verifyMs }: RemediationOptions,
): RemediateDeps {
  const ledgers = new WeakMap<ClusterWriter, Promise<Ledger>>();
  const ids = new WeakMap<ClusterWriter, Promise<string>>();
  const ledgerOf = (writer: ClusterWriter, cluster: string): Promise<Ledger> =>
    remembered(ledgers, writer, async () => {
      const key = await signingKey();
      return createLeaseLedger({ writer, namespace: stateNamespace, cluster, key, identity });
    });
  return {
    async actionCluster(context, call) {
      const cluster = await clusters.open(context, call);
      const { reader, writer } = cluster;
      if (!clusters.isLive) throw readOnlyError(reader.cluster);
      const id = await remembered(ids, writer, () => clusterId(cluster));
      const ledger = await ledgerOf(writer, id);
      return { reader, writer, id, ledger };
    },
    rules: (call, place) =>
      writeRules(policy(), { ...request(call, place), place: whereOf(place, clusters) }),
    permits: (call, place) => permits(policy(), { ...request(call, place), ...whereOf(place, clusters) }),
    audit,
    signingKey,
    ...(ownPod && { ownPod }),
    ...(verifyMs !== undefined && { verifyMs }),
  };
}

function request({ principal }: CallContext, { tool }: Place) {
  return { principal, tool };
}

function whereOf({ namespace, context }: Place, { defaultContext }: Clusters) {
  const where = context ?? defaultContext;
  return { ...(namespace !== undefined && { namespace }), ...(where !== undefined && { context: where }) };
}

/**
 * The UID of kube-system tells clusters apart whatever their contexts are called; the API server's address where that
 * may not be read. Every replica has to come to the same: a failure that passes must not make another id.
 * @throws ClusterError
 */
async function clusterId({ writer, server }: OpenCluster): Promise<string> {
  try {
    const found = await writer.get({ resource: "namespaces", namespace: "", name: "kube-system" });
    return found?.metadata.uid ?? server;
  } catch (error) {
    if (error instanceof ClusterError && error.code === "forbidden") return server;
    throw error;
  }
}

function remembered<T>(
  known: WeakMap<ClusterWriter, Promise<T>>,
  writer: ClusterWriter,
  make: () => Promise<T>,
): Promise<T> {
  const found = known.get(writer);
  if (found) return found;
  const made = make();
  known.set(writer, made);
  made.catch(() => known.delete(writer));
  return made;
}
