import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError } from "./errors.ts";
import { isAlive, processStat } from "./processes.ts";

interface LockHolder {
  readonly pid: number;
  readonly startTime: string;
  readonly purpose: string;
}

export interface LockOptions {
  readonly file: string;
  readonly purpose: string;
  readonly waitMs: number;
  readonly onWait?: (holder: string) => void;
}

/** Does something while no other process holds the same lock; a holder that died does not count. */
export async function withLock<T>(options: LockOptions, action: () => Promise<T>): Promise<T> {
  const until = Date.now() + options.waitMs;
  let told = false;
  mkdirSync(dirname(options.file), { recursive: true });
  for (;;) {
    const holder = acquire(options);
    if (holder === undefined) break;
    const who = `\`${holder.purpose}\` (pid ${holder.pid})`;
    if (Date.now() >= until) throw new ClusterError(`${who} is at work; wait until it ends, or end it`);
    if (!told) options.onWait?.(who);
    told = true;
    await sleep(100);
  }
  try {
    return await action();
  } finally {
    rmSync(options.file, { force: true });
  }
}

/** Takes the lock, or returns who has it. */
function acquire({ file, purpose }: LockOptions): LockHolder | undefined {
  const startTime = processStat(process.pid)?.startTime ?? "";
  // A link appears with its content, so nobody can read a lock that is half written.
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startTime, purpose } satisfies LockHolder));
  try {
    for (;;) {
      try {
        linkSync(mine, file);
        return undefined;
      } catch {
        const holder = readHolder(file);
        if (holder !== undefined && isAlive(holder)) return holder;
        rmSync(file, { force: true });
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as LockHolder;
  } catch {
    return undefined;
  }
}
