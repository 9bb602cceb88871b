import type { ClusterInfo, LogAnswer, LogNeed, Need, ReadAnswer } from "../snapshot/snapshot.ts";

export interface ReadOptions {
  readonly signal?: AbortSignal;
}

/**
 * A cluster that can be read, live or recorded. A read that is refused or fails is an answer with a gap, so that one
 * forbidden resource does not hide the others; only what makes every answer impossible is thrown.
 */
export interface ClusterReader {
  readonly cluster: ClusterInfo;
  /** RFC 3339: the clock for a live cluster, the recording's time for a recorded one. */
  now(): string;
  /** @throws ClusterError when nothing at all can be read: `unreachable`, `unauthorized`, `timeout`, `cancelled`, … */
  read(need: Need, options?: ReadOptions): Promise<ReadAnswer>;
  /** @throws ClusterError as {@link ClusterReader.read} */
  logs(need: LogNeed, options?: ReadOptions): Promise<LogAnswer>;
  close(): Promise<void>;
}
