import {
  buildSnapshot,
  type LogAnswer,
  type LogNeed,
  logKey,
  type Need,
  needKey,
  type ReadAnswer,
  type Snapshot,
} from "../snapshot/snapshot.ts";
import type { ClusterReader, ReadOptions } from "./reader.ts";

/** What to read next, seen what has been read: references that lead further, logs of what failed. */
export interface Needs {
  readonly objects: readonly Need[];
  readonly logs: readonly LogNeed[];
  /** Logs that are worth a look where they are there; not having them is no gap. */
  readonly optionalLogs?: readonly LogNeed[];
}

export interface CollectOptions extends ReadOptions {
  /** Called after each round; rounds end when it asks for nothing new, or after `maxRounds`. */
  readonly expand?: (snapshot: Snapshot) => Needs;
  readonly maxRounds?: number;
}

/**
 * Reads the needs, lets `expand` follow references, and returns one snapshot of all that came.
 * @throws ClusterError see {@link ClusterReader.read}
 */
export async function collect(
  reader: ClusterReader,
  needs: readonly Need[],
  { expand, maxRounds = 4, ...options }: CollectOptions = {},
): Promise<Snapshot> {
  const asOf = reader.now();
  const answers = new Map<string, ReadAnswer>();
  const logs = new Map<string, LogAnswer>();
  let pending: Needs = { objects: needs, logs: [] };
  for (let round = 0; ; round++) {
    const { optionalLogs = [] } = pending;
    const [read, excerpts] = await Promise.all([
      Promise.all(unseen(pending.objects, needKey, answers).map((need) => reader.read(need, options))),
      Promise.all(
        unseen([...pending.logs, ...optionalLogs], logKey, logs).map((need) => reader.logs(need, options)),
      ),
    ]);
    const optional = new Set(optionalLogs.map(logKey));
    for (const need of pending.logs) optional.delete(logKey(need));
    for (const answer of read) answers.set(needKey(answer.need), answer);
    for (const { gap, ...answer } of excerpts) {
      const key = logKey(answer.need);
      logs.set(key, gap && !optional.has(key) ? { ...answer, gap } : answer);
    }
    const snapshot = buildSnapshot({
      cluster: reader.cluster,
      asOf,
      answers: [...answers.values()],
      logs: [...logs.values()],
    });
    const grown = read.length + excerpts.length > 0;
    if (!expand || !grown || round + 1 >= maxRounds) return snapshot;
    pending = expand(snapshot);
  }
}

function unseen<T>(needs: readonly T[], key: (need: T) => string, seen: ReadonlyMap<string, unknown>): T[] {
  return [...new Map(needs.map((need) => [key(need), need])).values()].filter((need) => !seen.has(key(need)));
}
