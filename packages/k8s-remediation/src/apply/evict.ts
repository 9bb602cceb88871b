import { setTimeout as sleep } from "node:timers/promises";
import {
  ClusterError,
  type ClusterErrorCode,
  type ClusterWriter,
  type Precondition,
} from "@k8s-ops/k8s-cluster";
import type { Write } from "../action.ts";
import { makeWrite, type WriteMode } from "./write.ts";

export type Eviction = Extract<Write, { readonly verb: "evict" }>;

export interface Patience extends WriteMode {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Until when evictions that are not allowed yet are tried again, in milliseconds since the epoch. */
  readonly until: number;
  /** Between two tries of an eviction at least. Default 5 s, as kubectl drain has it. */
  readonly retryMs?: number;
  readonly progress?: (message: string) => void;
}

/** A Pod that is not known to be evicted, and why. */
export interface Left {
  readonly pod: string;
  readonly error: ClusterError;
}

const RETRY_MS = 5_000;

/** What is no answer for ever, and what is waited for. */
const WAITS: ReadonlyMap<ClusterErrorCode, (pod: string) => string> = new Map([
  ["disruption_budget", (pod: string) => `waiting for the budget of ${pod}`],
  ["throttled", (pod: string) => `waiting with ${pod}: the API server limits requests`],
  ["namespace_terminating", (pod: string) => `waiting until ${pod} ends with its Namespace`],
]);

export function isEviction(write: Write): write is Eviction {
  return write.verb === "evict";
}

/**
 * Like kubectl drain: what is not allowed yet is tried again and again, what is gone is done.
 * Source: k8s.io/kubectl pkg/drain/drain.go evictPods
 */
export async function evictPatiently(
  writer: ClusterWriter,
  write: Eviction,
  precondition: Precondition,
  options: Patience,
): Promise<Left | undefined> {
  const { retryMs = RETRY_MS, progress, now, until } = options;
  const pod = `${write.object.namespace}/${write.object.name}`;
  for (;;) {
    const error = await evictOnce(writer, write, precondition, options);
    if (!error) {
      progress?.(`evicted ${pod}`);
      return undefined;
    }
    if (await isGone(writer, write, error)) return undefined;
    const waiting = WAITS.get(error.code)?.(pod);
    const pause = Math.max(retryMs, error.retryAfterMs ?? 0);
    const isOver = now() + pause >= until;
    if (waiting === undefined || options.dryRun || isOver || options.signal?.aborted) return { pod, error };
    progress?.(waiting);
    await sleep(pause);
  }
}

async function evictOnce(
  writer: ClusterWriter,
  write: Eviction,
  precondition: Precondition,
  mode: WriteMode,
): Promise<ClusterError | undefined> {
  try {
    await makeWrite(writer, write, precondition, mode);
    return undefined;
  } catch (error) {
    if (error instanceof ClusterError) return error;
    throw error;
  }
}

/** Gone, replaced by another Pod of the same name, or ending already where no eviction can succeed any more. */
async function isGone(
  writer: ClusterWriter,
  { object, uid }: Eviction,
  { code }: ClusterError,
): Promise<boolean> {
  if (code === "not_found" || code === "conflict") return true;
  if (code !== "namespace_terminating") return false;
  try {
    const found = await writer.get(object);
    return found?.metadata.uid !== uid || found.metadata.deletionTimestamp !== undefined;
  } catch {
    return false;
  }
}
