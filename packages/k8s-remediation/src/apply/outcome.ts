import { setTimeout as sleep } from "node:timers/promises";
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

/** Node's and undici's codes of connections that never were: nothing was sent. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Whether a failed write may have happened all the same. */
export function mayHaveHappened(error: unknown): boolean {
  if (error instanceof RemediationError) return false;
  if (!(error instanceof ClusterError)) return true;
  return AMBIGUOUS.has(error.code) && !(error.code === "unreachable" && neverConnected(error.cause));
}

function neverConnected(cause: unknown): boolean {
  if (typeof cause !== "object" || cause === null) return false;
  const { code, cause: deeper, errors } = cause as Readonly<Record<string, unknown>>;
  if (Array.isArray(errors) && errors.length > 0) return errors.every(neverConnected);
  return NEVER_CONNECTED.has(code) || neverConnected(deeper);
}

/** What has become of a write, and the object's digest where that is new. */
export type Found = Pick<Entry, "outcome" | "expected">;

const PAUSE_MS = 1_000;

/**
 * What became of a write that failed with this error. While it may be on its way still, as in admission, an object
 * that is as it was proves nothing: it is looked at again, and in the end nobody knows. Never throws.
 */
export async function findOutcome(
  error: unknown,
  look: () => Promise<Found>,
  /** How long to look again, in milliseconds. */
  lookMs: number,
): Promise<Found> {
  const end = performance.now() + lookMs;
  // A server that answered with a fault of its own has ended the request.
  const isOver = error instanceof ClusterError && error.code === "server_error";
  for (;;) {
    const found = await look().catch((): Found => ({ outcome: "unknown" }));
    if (isOver || found.outcome === "success") return found;
    if (performance.now() + PAUSE_MS > end) return { outcome: "unknown" };
    await sleep(PAUSE_MS);
  }
}

/** The error of a write of which nobody knows what became of it: "try again" alone would be bad advice. */
export function toldAsUnknown(error: unknown): unknown {
  if (!(error instanceof ClusterError)) return error;
  const { code, message } = error;
  return new ClusterError(
    code,
    `${message} The write may have happened all the same, or may happen yet: look at the object before another try.`,
    { cause: error },
  );
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
