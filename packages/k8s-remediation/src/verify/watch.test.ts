import { ClusterError } from "@k8s-ops/k8s-cluster";
import { describe, expect, it } from "vitest";
import type { Progress } from "../action.ts";
import { watchProgress } from "./watch.ts";

const open = new AbortController().signal;
const waiting = (message: string): Progress => ({ state: "waiting", message });

/** Looks that see one after the other; the last one is seen for ever. */
function seeing(...seen: (Progress | Error)[]) {
  let looks = 0;
  return async (): Promise<Progress> => {
    const next = seen[Math.min(looks++, seen.length - 1)];
    if (!next || next instanceof Error) throw next;
    return next;
  };
}

describe("watchProgress", () => {
  it("ends with the first look that is no longer waiting, and tells each change once", async () => {
    const told: string[] = [];
    const look = seeing(waiting("1 of 2"), waiting("1 of 2"), { state: "done", message: "2 of 2" });
    const options = {
      signal: open,
      deadlineMs: 5_000,
      progress: (message: string) => void told.push(message),
    };
    expect(await watchProgress(look, options)).toEqual({ verified: true, message: "2 of 2" });
    expect(told).toEqual(["1 of 2", "2 of 2"]);
  });

  const forbidden = new ClusterError("forbidden", "may not read");
  it.each<[string, (Progress | Error)[], object]>([
    [
      "false when it has failed",
      [{ state: "failed", message: "gone" }],
      { verified: false, message: "gone" },
    ],
    [
      "unknown, without waiting, when it is not to be seen yet",
      [{ state: "unknown", message: "it is paused" }],
      { verified: "unknown", message: "it is paused" },
    ],
    ["false when time is up", [waiting("1 of 2")], { verified: false, message: "Not within 0 s: 1 of 2" }],
    ["unknown when it was never seen", [forbidden], { verified: "unknown", message: "may not read" }],
    [
      "unknown when it cannot be seen at the end, though it was before",
      [waiting("1 of 2"), forbidden],
      { verified: "unknown", message: "may not read" },
    ],
    [
      "unknown, without its words, after a bug",
      [new TypeError("x.y")],
      { verified: "unknown", message: "It could not be read." },
    ],
  ])("is %s", async (_, seen, verification) => {
    expect(await watchProgress(seeing(...seen), { signal: open, deadlineMs: 300 })).toEqual(verification);
  });

  it("looks again after a look that failed", async () => {
    const look = seeing(forbidden, { state: "done", message: "done" });
    expect(await watchProgress(look, { signal: open, deadlineMs: 5_000 })).toMatchObject({ verified: true });
  });

  it("looks once even when the caller has given up, so that what is done is known", async () => {
    const signal = AbortSignal.abort();
    const done = seeing({ state: "done", message: "done" });
    expect(await watchProgress(done, { signal, deadlineMs: 5_000 })).toMatchObject({ verified: true });
    expect(await watchProgress(seeing(waiting("1 of 2")), { signal, deadlineMs: 5_000 })).toEqual({
      verified: "unknown",
      message: "The call ended before: 1 of 2",
    });
  });

  it("stops waiting when the caller gives up", async () => {
    const abort = new AbortController();
    const watching = watchProgress(seeing(waiting("1 of 2")), { signal: abort.signal, deadlineMs: 60_000 });
    abort.abort();
    expect(await watching).toMatchObject({ verified: "unknown" });
  });
});
