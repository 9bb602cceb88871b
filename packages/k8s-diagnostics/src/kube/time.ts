/** Seconds from `since` to `until`, both RFC 3339; undefined when either is missing or no time. */
export function secondsBetween(since: string | undefined, until: string): number | undefined {
  const seconds = (Date.parse(until) - Date.parse(since ?? "")) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}
