import type { Connection } from "../connect/connect.ts";
import { abandonedError } from "../connect/failures.ts";
import { readLog } from "../logs/read-log.ts";
import { type LogAnswer, logKey, type Need, needKey, type ReadAnswer } from "../snapshot/snapshot.ts";
import { readList, readOne } from "./list.ts";
import type { ClusterReader } from "./reader.ts";
import { createSingleFlight } from "./single-flight.ts";

export interface LiveReaderOptions {
  /** Objects of one list that are kept; beyond it the answer has the gap `truncated`. Default 20,000. */
  readonly maxObjects?: number;
  /** Objects asked for at a time. Default 500. */
  readonly pageSize?: number;
  /** For one read, all its pages included. Default 30 s. */
  readonly timeoutMs?: number;
  /** The time; default the system's clock. */
  readonly now?: () => Date;
}

/** A reader on a live cluster. Identical reads that run at the same time share one request. */
export function createLiveReader(connection: Connection, options: LiveReaderOptions = {}): ClusterReader {
  const { maxObjects = 20_000, pageSize = 500, timeoutMs = 30_000, now = () => new Date() } = options;
  const limits = { maxObjects, pageSize, timeoutMs };
  const shareRead = createSingleFlight<ReadAnswer>();
  const shareLog = createSingleFlight<LogAnswer>();
  const flightKey = (key: string): string => `${key}#${connection.writes()}`;
  return {
    cluster: connection.cluster,
    now: () => now().toISOString(),
    read: (need, { signal } = {}) =>
      shareRead(flightKey(needKey(need)), signal, abandonedError, (shared) =>
        read(connection, need, limits, shared),
      ),
    logs: (need, { signal } = {}) =>
      shareLog(flightKey(logKey(need)), signal, abandonedError, (shared) =>
        readLog(connection, need, { timeoutMs, signal: shared }),
      ),
    close: () => connection.close(),
  };
}

async function read(
  connection: Connection,
  need: Need,
  limits: Required<Omit<LiveReaderOptions, "now">>,
  signal: AbortSignal,
): Promise<ReadAnswer> {
  return need.name === undefined
    ? readList(connection, need, { ...limits, signal })
    : readOne(connection, need, { ...limits, signal });
}
