import type { Entry } from "./entry.ts";

/** How far clocks may be apart, and how long an action lasts at most. */
const MOST_MS = 10 * 60 * 1000;

/** When entries whose time lies too far ahead were first seen, by the clock of those who saw them. */
export type FirstSeen = ReadonlyMap<string, number>;

/** Whether a time is further ahead than clocks may be apart. */
export function isAhead(at: number, now: number): boolean {
  return at > now + MOST_MS;
}

/**
 * The times of an entry as far as they can be believed, so that none holds an object back for good: it happened no later
 * than it was first seen, if its clock was far ahead, and it lasted ten minutes at most.
 */
export function believed(
  { id, at, until }: Pick<Entry, "id" | "at" | "until">,
  seen: FirstSeen,
): Pick<Entry, "at" | "until"> {
  const earliest = Math.min(at, seen.get(id) ?? at);
  return { at: earliest, until: Math.min(until, earliest + MOST_MS) };
}
