import { setTimeout as sleep } from "node:timers/promises";
import { abandonedError, timeoutError } from "./failures.ts";

/** The time that one call has, and the caller's right to end it earlier. */
export interface Deadline {
  readonly signal: AbortSignal;
  remainingMs(): number;
  /** What the end means: the caller gave up, or time ran out. */
  error(server: string): Error;
  /** Rejects with {@link Deadline.error} when the end comes before the promise does. */
  race<T>(promise: Promise<T>, server: string): Promise<T>;
  sleep(ms: number, server: string): Promise<void>;
  /** Must be called, or the timer and the listener stay. */
  release(): void;
}

export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const end = performance.now() + timeoutMs;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  caller?.addEventListener("abort", abort, { once: true });
  if (caller?.aborted) abort();
  const error = (server: string): Error =>
    caller?.aborted ? abandonedError(caller.reason) : timeoutError(server);
  const race = async <T>(promise: Promise<T>, server: string): Promise<T> => {
    const ended = Promise.withResolvers<never>();
    const onAbort = (): void => ended.reject(error(server));
    if (controller.signal.aborted) onAbort();
    controller.signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([promise, ended.promise]);
    } finally {
      controller.signal.removeEventListener("abort", onAbort);
      ended.promise.catch(() => {});
      promise.catch(() => {});
    }
  };
  return {
    signal: controller.signal,
    remainingMs: () => end - performance.now(),
    error,
    race,
    sleep: async (ms, server) => {
      await sleep(ms, undefined, { signal: controller.signal }).catch(() => {
        throw error(server);
      });
    },
    release: () => {
      clearTimeout(timer);
      caller?.removeEventListener("abort", abort);
    },
  };
}
