import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError } from "@k8s-ops/k8s-cluster";
import type { Progress } from "../action.ts";

/** How an action turned out. */
export interface Verification {
  /** `unknown`: it could not be seen, or is not to be seen before somebody does more. */
  readonly verified: boolean | "unknown";
  readonly message: string;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Milliseconds from now. */
  readonly deadlineMs: number;
  readonly progress?: (message: string) => void;
}

const VERIFIED = { done: true, failed: false, unknown: "unknown" } as const;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** A look may take no more than a part of the time, however large the namespace. */
const PAUSES_PER_LOOK = 2;

/** Looks again and again until the goal is reached, cannot be reached any more or not by waiting, or time is up. Never throws. */
export async function watchProgress(
  look: () => Promise<Progress>,
  { signal, deadlineMs, progress }: WatchOptions,
): Promise<Verification> {
  const end = performance.now() + deadlineMs;
  let seen: Progress | undefined;
  let trouble: string | undefined;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    const started = performance.now();
    try {
      const next = await look();
      if (next.message !== seen?.message) progress?.(next.message);
      seen = next;
      trouble = undefined;
    } catch (error) {
      trouble = error instanceof ClusterError ? error.message : "It could not be read.";
    }
    if (!trouble && seen && seen.state !== "waiting") {
      return { verified: VERIFIED[seen.state], message: seen.message };
    }
    const rest = Math.max(pause, PAUSES_PER_LOOK * (performance.now() - started));
    if (signal.aborted || performance.now() + rest > end) break;
    await sleep(rest, undefined, { signal }).catch(() => {});
  }
  if (trouble !== undefined || !seen)
    return { verified: "unknown", message: trouble ?? "It was not looked at." };
  if (signal.aborted) return { verified: "unknown", message: `The call ended before: ${seen.message}` };
  return { verified: false, message: `Not within ${Math.round(deadlineMs / 1000)} s: ${seen.message}` };
}
