import { ClusterError, type ClusterErrorCode } from "../errors.ts";
import type { GapReason } from "../snapshot/snapshot.ts";

/** What a failed read of one resource means for the others: nothing. What is not listed here makes every answer impossible. */
const GAP_REASONS: Readonly<Partial<Record<ClusterErrorCode, GapReason>>> = {
  forbidden: "forbidden",
  not_found: "not_found",
  timeout: "timeout",
  throttled: "unavailable",
  server_error: "unavailable",
  conflict: "unavailable",
  rejected: "unavailable",
};

/** The gap that an error leaves. @throws the error itself when nothing at all can be read, or the caller gave up */
export function gapReason(error: unknown, signal: AbortSignal | undefined): GapReason {
  const reason = error instanceof ClusterError ? GAP_REASONS[error.code] : undefined;
  if (reason === undefined || signal?.aborted) throw error;
  return reason;
}
