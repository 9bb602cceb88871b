import type { ClusterReader } from "@k8s-ops/k8s-cluster";
import type { CallContext } from "@k8s-ops/mcp-contract";

/** What the tools need of the outside. */
export interface DiagnoseDeps {
  /**
   * The cluster of a kubeconfig context, or the default one, as far as this call may see it (`call.scope`). Throws a
   * coded error when there is none.
   */
  cluster(context: string | undefined, call: CallContext): Promise<ClusterReader>;
}
