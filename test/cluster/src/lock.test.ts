import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLock } from "./lock.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  file = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

// Whether a holder is alive is read from /proc.
describe.runIf(process.platform === "linux")("lock", () => {
  it("is free again after the action, also after one that failed", async () => {
    await withLock({ file, purpose: "first", waitMs: 0 }, async () => expect(existsSync(file)).toBe(true));
    const failing = withLock({ file, purpose: "second", waitMs: 0 }, async () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(existsSync(file)).toBe(false);
  });

  it("names its holder to whoever has waited long enough", async () => {
    await withLock({ file, purpose: "cluster up", waitMs: 0 }, async () => {
      const second = withLock({ file, purpose: "cluster down", waitMs: 0 }, async () => {});
      await expect(second).rejects.toThrow(`\`cluster up\` (pid ${process.pid}) is at work`);
    });
  });

  it("is taken over from a holder that died", async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, startTime: "1", purpose: "dead" }));
    expect(await withLock({ file, purpose: "next", waitMs: 0 }, async () => "done")).toBe("done");
  });
});
