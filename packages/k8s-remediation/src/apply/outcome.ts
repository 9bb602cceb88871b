import { ClusterError, type ClusterErrorCode, type KubeObject } from "@k8s-ops/k8s-cluster";
import { RemediationError } from "../errors.ts";
import type { ActionOutcome, Entry } from "../ledger/entry.ts";
import { intentDigest } from "../plans/digest.ts";

/** After these the API server may have done what it was asked for. */
const AMBIGUOUS: ReadonlySet<ClusterErrorCode> = new Set([
  "unreachable",
  "timeout",
  "server_error",
  "cancelled",
]);

/** Whether a failed write may have happened all the same. */
export function mayHaveHappened(error: unknown): boolean {
  if (error instanceof RemediationError) return false;
  return !(error instanceof ClusterError) || AMBIGUOUS.has(error.code);
}

/**
 * What has become of an action whose end nobody recorded, by the object as it is now: as it was before, as it was to
 * become, or neither, from which nothing follows.
 */
export function outcomeBy(
  { object, before, expected }: Pick<Entry, "object" | "before" | "expected">,
  now: KubeObject | undefined,
): ActionOutcome {
  if (!now || now.metadata.uid !== object.uid) return "unknown";
  const digest = intentDigest(now);
  if (digest === expected && expected !== before) return "success";
  return digest === before ? "not_applied" : "unknown";
}
