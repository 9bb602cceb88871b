import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { PolicyError } from "./errors.ts";
import { loadPolicy, type PolicyLocation, policyPath, readPolicy, unreadable } from "./load.ts";
import type { Policy } from "./schema.ts";

/** The callbacks must not throw. */
export interface WatchOptions {
  /** How often the file is looked at. Default 500, so that a revocation holds within a second. */
  readonly intervalMs?: number;
  /** How long a changed file must stay the same before it is read, so that no half-written one is. Default 40. */
  readonly settleMs?: number;
  /** A changed file was read and holds from now on. */
  readonly onReload?: (policy: Policy) => void;
  /** A changed file is broken or gone; the last good policy stays. Told once for each change, for an alarm metric. */
  readonly onError?: (error: PolicyError) => void;
}

export interface WatchedPolicy {
  /** The policy that holds now. */
  current(): Policy;
  /** Looks at the file now instead of at the next interval. */
  check(): Promise<void>;
  /** Stops looking. */
  close(): void;
}

const MOST_ROUNDS = 10;

/**
 * Loads the policy and follows its file: edits in place, replacement by rename, and the symbolic links of a mounted
 * ConfigMap. The file is polled, because file events do not arrive from every mount. What is broken never replaces what
 * works, and a file that disappears never brings the built-in policy back.
 *
 * @throws PolicyError when the first load fails
 */
export async function watchPolicy(
  location: PolicyLocation,
  { intervalMs = 500, settleMs = 40, onReload, onError }: WatchOptions = {},
): Promise<WatchedPolicy> {
  const path = policyPath(location);
  let seen = await fingerprint(path);
  let policy = await loadPolicy(location);
  let checking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const found = await settled(path, seen, settleMs);
    if (found === seen) return;
    seen = found;
    try {
      policy = await readPolicy(path);
    } catch (error) {
      onError?.(error instanceof PolicyError ? error : unreadable(path, error));
      return;
    }
    onReload?.(policy);
  };
  const check = (): Promise<void> => {
    checking ??= look().finally(() => {
      checking = undefined;
    });
    return checking;
  };
  const timer = setInterval(() => void check(), intervalMs);
  timer.unref();
  return { current: () => policy, check, close: () => clearInterval(timer) };
}

/** What the file looks like once nobody is in the middle of writing it. */
async function settled(path: string, seen: string, settleMs: number): Promise<string> {
  let found = await fingerprint(path);
  if (found === seen) return seen;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    await sleep(settleMs);
    const before = found;
    found = await fingerprint(path);
    if (found === before) break;
  }
  return found;
}

async function fingerprint(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unknown";
  }
}
