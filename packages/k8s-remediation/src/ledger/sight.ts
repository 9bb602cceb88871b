/** What a process has seen of a Lease: which one, how often it was written, and when that last grew. */
export interface Sight {
  readonly uid: string;
  readonly counter: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How long after the last entry a Lease may be made anew: no plan from before can be used by then. */
export const QUIET_MS = 20 * 60 * 1000;

/** What is wrong with a Lease, by what was seen of it before; undefined when it may be so. */
export function damageOf(
  before: Sight | undefined,
  found: Pick<Sight, "uid" | "counter"> | undefined,
  now: number,
): string | undefined {
  if (!before) return undefined;
  if (found?.uid === before.uid) {
    return found.counter < before.counter
      ? "it is older than what this server has seen. To begin anew, delete the Lease and start this server again"
      : undefined;
  }
  if (now - before.at >= QUIET_MS) return undefined;
  const what = found ? "another has taken its place" : "it is gone";
  const next = new Date(before.at + QUIET_MS).toISOString();
  return `${what}, which this server accepts once it is started again, or from ${next} on`;
}

/**
 * What is known after a look at a Lease.
 * @param before what was known when the look began
 * @param known what is known by now: other looks may have ended meanwhile
 */
export function afterLook(
  before: Sight | undefined,
  known: Sight | undefined,
  found: Pick<Sight, "uid" | "counter"> | undefined,
  now: number,
): Sight | undefined {
  if (known && known.uid === found?.uid) {
    return found.counter > known.counter ? { ...found, at: now } : known;
  }
  // What began before the others ended knows nothing better than they.
  if (known !== before) return known;
  return found && found.counter > 0 ? { ...found, at: now } : undefined;
}
