interface Flight<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Lets identical concurrent calls share one execution. A caller that gives up leaves the others undisturbed; when the
 * last one leaves, the execution is aborted.
 */
export function createSingleFlight<T>() {
  const flights = new Map<string, Flight<T>>();

  const start = (key: string, run: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController();
    const flight: Flight<T> = {
      controller,
      waiting: 0,
      promise: run(controller.signal).finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      }),
    };
    flight.promise.catch(() => {});
    flights.set(key, flight);
    return flight;
  };

  const leave = (key: string, flight: Flight<T>, reason: unknown): void => {
    flight.waiting--;
    if (flight.waiting > 0) return;
    if (flights.get(key) === flight) flights.delete(key);
    flight.controller.abort(reason);
  };

  /** @param abandoned makes the error for a caller whose signal aborts before the answer is there */
  return async (
    key: string,
    signal: AbortSignal | undefined,
    abandoned: (reason: unknown) => Error,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    if (signal?.aborted) throw abandoned(signal.reason);
    const flight = flights.get(key) ?? start(key, run);
    flight.waiting++;
    const gaveUp = Promise.withResolvers<never>();
    const onAbort = (): void => gaveUp.reject(abandoned(signal?.reason));
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([flight.promise, gaveUp.promise]);
    } finally {
      signal?.removeEventListener("abort", onAbort);
      leave(key, flight, signal?.reason);
    }
  };
}
