/**
 * Why the cluster (or a recording of one) could not answer. Stable: callers branch on the code, never on the message.
 *
 * - `no_cluster`, `unknown_context`, `invalid_kubeconfig`, `credentials_failed`: configuration on this side
 * - `unreachable`, `timeout`, `throttled`, `server_error`: the API server did not answer; worth another try
 * - `unauthorized`, `forbidden`, `not_found`, `conflict`, `rejected`: it answered no
 * - `disruption_budget`: a PodDisruptionBudget does not allow an eviction now
 * - `namespace_terminating`: nothing can be made, and no Pod evicted, in a Namespace that is being deleted
 * - `cancelled`: the caller gave up
 * - `invalid_name`, `invalid_selector`: refused before any request
 * - `malformed_recording`, `not_recorded`, `read_only`: recorded clusters
 */
export type ClusterErrorCode =
  | "no_cluster"
  | "unknown_context"
  | "invalid_kubeconfig"
  | "credentials_failed"
  | "unreachable"
  | "timeout"
  | "throttled"
  | "server_error"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "rejected"
  | "disruption_budget"
  | "namespace_terminating"
  | "cancelled"
  | "invalid_name"
  | "invalid_selector"
  | "malformed_recording"
  | "not_recorded"
  | "read_only";

const RETRYABLE: ReadonlySet<ClusterErrorCode> = new Set([
  "unreachable",
  "timeout",
  "throttled",
  "server_error",
  "conflict",
  "disruption_budget",
]);

/** The only error class that leaves this package. `message` is a sentence for a person and says the way out. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
  readonly code: ClusterErrorCode;
  /** Milliseconds that the server asked to wait before another try. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ClusterErrorCode,
    message: string,
    options?: ErrorOptions & { readonly retryAfterMs?: number | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }

  /** Whether the same call may succeed later without anything being changed. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}
