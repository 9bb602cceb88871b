import { PLAN_SECONDS } from "../plans/token.ts";
import { writtenAt } from "./annotation.ts";
import type { Entry } from "./entry.ts";

/**
 * Room for an action's entry, of the 256 KiB that all annotations of an object may have together. More than 1,000 fit
 * with names of usual length once only what budgets need is kept of them.
 */
export const MOST_BYTES = 200_000;
/** An action that was begun is settled, even where no other finds room. */
export const MOST_BYTES_SETTLED = 220_000;

/** A plan is used once as long as it can be approved, whatever the clocks say. */
const LEAST_MS = 2 * PLAN_SECONDS * 1000;
/** What has room can be taken back for a day. */
const DAY_MS = 24 * 60 * 60 * 1000;
/** The API server's time is asked for once in a while only. */
const SLACK_MS = 60 * 60 * 1000;

/** How long entries count for the rules under which any of them was made. */
export function countingMs(entries: readonly Entry[]): number {
  return entries.reduce((most, { keepSeconds = 0 }) => Math.max(most, keepSeconds * 1000), LEAST_MS);
}

/** How long entries are kept where there is room. */
export function keptMs(entries: readonly Entry[]): number {
  return Math.max(DAY_MS, countingMs(entries));
}

/** Whether there seems to be anything to forget. */
export function hasOutdated(entries: readonly Entry[], now: number): boolean {
  return younger(entries, now, keptMs(entries) + SLACK_MS).length < entries.length;
}

/** @param now by a clock that all can trust: that of the API server */
export function younger(entries: readonly Entry[], now: number, ms: number): readonly Entry[] {
  return entries.filter((entry) => now - writtenAt(entry) < ms);
}
