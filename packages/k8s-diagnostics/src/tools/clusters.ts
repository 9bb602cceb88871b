import type { ClusterReader } from "@k8s-ops/k8s-cluster";
import type { CallContext } from "@k8s-ops/mcp-contract";
import type { ReadyCall, RemedyCall } from "../remedy-calls.ts";
import type { DiagnoseOptions } from "../targets/diagnose.ts";

/** What the tools need of the outside. */
export interface DiagnoseDeps {
  /**
   * The cluster of a kubeconfig context, or the default one, as far as this call may see it (`call.scope`). Throws a
   * coded error when there is none.
   */
  cluster(context: string | undefined, call: CallContext): Promise<ClusterReader>;
  /** What of a remedy's call the caller can make in that context. Default: nothing, and remedies are steps. */
  offers?(call: CallContext, remedy: RemedyCall, context: string | undefined): ReadyCall | undefined;
}

/** What a diagnosis for this call goes by. */
export function optionsOf(
  deps: DiagnoseDeps,
  context: string | undefined,
  call: CallContext,
): DiagnoseOptions {
  return {
    signal: call.signal,
    ...(deps.offers && { offers: (remedy) => deps.offers?.(call, remedy, context) }),
  };
}
