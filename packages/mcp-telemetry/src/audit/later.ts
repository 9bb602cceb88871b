import { clearTimeout, setTimeout } from "node:timers";
import type { UnfinishedAction } from "./records.ts";

/** Outcomes that are recorded in the last moment are on the disk by then. */
const GRACE_MS = 250;

/** A deadline beyond is no action's, or another clock's: a later server looks at it. */
const MOST_WAIT_MS = 3_600_000;

/**
 * Does the work once, when the latest deadline of these actions has passed. Does not keep the process running.
 * @returns what calls it off
 */
export function afterDeadlines(
  actions: readonly UnfinishedAction[],
  now: Date,
  work: () => Promise<void>,
): () => void {
  const waits = actions
    .map(({ deadline }) => Date.parse(deadline) - now.getTime())
    .filter((wait) => wait <= MOST_WAIT_MS);
  if (waits.length === 0) return () => {};
  const timer = setTimeout(
    () => {
      // What fails now is left to the next server.
      work().catch(() => undefined);
    },
    Math.max(...waits) + GRACE_MS,
  );
  timer.unref();
  return () => clearTimeout(timer);
}
