import {
  type FileHandle,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuditHandle, OpenAuditFile } from "./file.ts";
import { type AuditLog, type AuditLogOptions, openAuditLog } from "./log.ts";
import type { AuditRecord } from "./records.ts";
import { verifyAuditLog } from "./verify.ts";

let base = "";
let directory = "";
const opened: AuditLog[] = [];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "audit-"));
  directory = join(base, "var", "audit");
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await rm(base, { recursive: true });
});

async function openLog(options: Partial<AuditLogOptions> = {}): Promise<AuditLog> {
  const log = await openAuditLog({ directory, ...options });
  opened.push(log);
  return log;
}

const denied = (reason: string): AuditRecord => ({
  event: "denied",
  caller: "ann",
  tool: "remediate_pod_restart",
  namespaces: ["shop"],
  reason,
});

async function recordsOf(file: string) {
  const text = await readFile(file, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));
}

describe("openAuditLog", () => {
  it("begins a file that only its owner may read, in a directory that only its owner may enter", async () => {
    const log = await openLog({ now: () => new Date("2026-11-26T10:00:00.123Z") });
    const { file } = log.position();
    expect(file).toMatch(/\/20261126T100000Z-[0-9a-f]{12}\.jsonl$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await recordsOf(file)).toMatchObject([
      {
        seq: 1,
        event: "start",
        format: "audit-log/1",
        algorithm: "sha256",
        time: "2026-11-26T10:00:00.123Z",
      },
    ]);
  });

  it("lets two logs share a directory", async () => {
    const logs = await Promise.all([openLog(), openLog()]);
    await Promise.all(logs.map((log) => log.append(denied("no_permission"))));
    const files = logs.map((log) => log.position().file);
    expect(new Set(files).size).toBe(2);
    for (const file of files) expect(await verifyAuditLog(file)).toEqual({ ok: true, records: 2 });
  });

  it("says that a file stands where the directory belongs, without its path", async () => {
    const taken = join(base, "taken");
    await writeFile(taken, "");
    const opened = openLog({ directory: taken });
    await expect(opened).rejects.toMatchObject({
      code: "audit_unavailable",
      retryable: true,
      message: expect.stringContaining("name a directory"),
    });
    await expect(opened).rejects.not.toThrow(taken);
  });

  it("refuses a key that protects nothing", async () => {
    await expect(openLog({ key: Buffer.from("short") })).rejects.toMatchObject({
      code: "audit_key_too_short",
      retryable: false,
    });
  });
});

describe("append", () => {
  it("has stored the record when it resolves, and tells where the log stands", async () => {
    const key = Buffer.from("a key of sixteen bytes");
    const log = await openLog({ key });
    await log.append(denied("no_permission"));
    const { file, seq, hash } = log.position();
    expect(seq).toBe(2);
    expect((await recordsOf(file)).at(-1)).toMatchObject({ ...denied("no_permission"), seq, hash });
    expect(await verifyAuditLog(file, key)).toEqual({ ok: true, records: 2 });
  });

  it("stores calls at the same time one after the other", async () => {
    const log = await openLog();
    await Promise.all(Array.from({ length: 50 }, (_, index) => log.append(denied(`reason ${index}`))));
    const reasons = (await recordsOf(log.position().file)).slice(1).map(({ reason }) => reason);
    expect(reasons).toEqual(Array.from({ length: 50 }, (_, index) => `reason ${index}`));
    expect(await verifyAuditLog(log.position().file)).toEqual({ ok: true, records: 51 });
  });

  it("refuses a record that is too large, or no JSON, and stores the next one", async () => {
    const log = await openLog();
    await expect(log.append(denied("x".repeat(2_000_000)))).rejects.toMatchObject({ retryable: false });
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    await expect(log.append({ ...denied("x"), arguments: circular } as AuditRecord)).rejects.toThrow();
    await log.append(denied("fine"));
    expect(await verifyAuditLog(log.position().file)).toEqual({ ok: true, records: 2 });
  });

  it("refuses records after close, which waits for those on their way", async () => {
    const log = await openLog();
    const stored = log.append(denied("last"));
    await log.close();
    await stored;
    await log.close();
    await expect(log.append(denied("late"))).rejects.toMatchObject({ code: "audit_broken" });
    expect(await verifyAuditLog(log.position().file)).toEqual({ ok: true, records: 2 });
  });
});

/** Replaces operations of a real file, as long as they are set. */
interface Fault {
  write?: AuditHandle["write"];
  sync?: AuditHandle["sync"];
  truncate?: AuditHandle["truncate"];
}

function faulty(): { readonly fault: Fault; readonly openFile: OpenAuditFile } {
  const fault: Fault = {};
  const openFile: OpenAuditFile = async (file) => {
    const handle = await open(file, "wx");
    return {
      write: ((...args: Parameters<FileHandle["write"]>) =>
        (fault.write ?? handle.write.bind(handle))(...args)) as AuditHandle["write"],
      sync: () => (fault.sync ?? handle.sync.bind(handle))(),
      truncate: (length) => (fault.truncate ?? handle.truncate.bind(handle))(length),
      stat: handle.stat.bind(handle),
      close: () => handle.close(),
    };
  };
  return { fault, openFile };
}

const failsWith = (code: string) => async (): Promise<never> => {
  throw Object.assign(new Error(`${code}: /secret/path`), { code });
};

describe("a disk that fails", () => {
  it("that is full: the record is refused, and the next one is stored once there is space", async () => {
    const { fault, openFile } = faulty();
    const log = await openLog({ open: openFile });
    const full = await open("/dev/full", "r+");
    fault.write = full.write.bind(full);
    await expect(log.append(denied("while full"))).rejects.toMatchObject({
      code: "audit_unavailable",
      retryable: true,
      message: expect.stringContaining("(ENOSPC): the disk is full; free some space"),
    });
    expect(log.position().seq).toBe(1);
    delete fault.write;
    await log.append(denied("after"));
    await full.close();
    expect((await recordsOf(log.position().file)).map(({ reason }) => reason)).toEqual([undefined, "after"]);
    expect(await verifyAuditLog(log.position().file)).toEqual({ ok: true, records: 2 });
  });

  it("that takes half of a line before it is full: nothing of it stays", async () => {
    const { fault, openFile } = faulty();
    const log = await openLog({ open: openFile });
    const { file } = log.position();
    const [other, full] = await Promise.all([open(file, "r+"), open("/dev/full", "r+")]);
    let writes = 0;
    fault.write = (async (buffer: Buffer, offset: number, length: number, position: number) => {
      writes += 1;
      if (writes > 1) return await full.write(buffer, offset, length, position);
      return await other.write(buffer, offset, Math.floor(length / 2), position);
    }) as AuditHandle["write"];
    await expect(log.append(denied("x".repeat(9_000)))).rejects.toMatchObject({ code: "audit_unavailable" });
    expect(writes).toBe(2);
    expect(await verifyAuditLog(file)).toEqual({ ok: true, records: 1 });
    delete fault.write;
    await log.append(denied("after"));
    await Promise.all([other.close(), full.close()]);
    expect(await verifyAuditLog(file)).toEqual({ ok: true, records: 2 });
  });

  it("that takes a line in small pieces: the line is whole", async () => {
    const { fault, openFile } = faulty();
    const log = await openLog({ open: openFile });
    const other = await open(log.position().file, "r+");
    fault.write = ((buffer: Buffer, offset: number, length: number, position: number) =>
      other.write(buffer, offset, Math.min(length, 7), position)) as AuditHandle["write"];
    await log.append(denied("piecewise"));
    await other.close();
    expect(await verifyAuditLog(log.position().file)).toEqual({ ok: true, records: 2 });
  });

  it.each([
    ["write", "EIO", "the disk reports an error"],
    ["write", "EROFS", "read-only"],
    ["write", "EACCES", "may not write"],
    ["sync", "EIO", "the disk reports an error"],
    ["sync", "ENOSPC", "free some space"],
    ["write", "EWHATEVER", "see that the audit directory can be written"],
  ] as const)("with %s giving %s: a code, the way out, and no path", async (operation, code, wayOut) => {
    const { fault, openFile } = faulty();
    const log = await openLog({ open: openFile });
    fault[operation] = async () => {
      delete fault[operation];
      return await failsWith(code)();
    };
    const refused = await log.append(denied("x")).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "audit_unavailable", retryable: true });
    expect(String(refused)).toContain(code);
    expect(String(refused)).toContain(wayOut);
    expect(String(refused)).not.toContain("/");
    await log.append(denied("after"));
    expect(await verifyAuditLog(log.position().file)).toEqual({ ok: true, records: 2 });
  });

  it("that takes nothing back: every later record is refused, until a restart", async () => {
    const { fault, openFile } = faulty();
    const log = await openLog({ open: openFile });
    fault.sync = failsWith("EIO");
    fault.truncate = failsWith("EIO");
    await expect(log.append(denied("x"))).rejects.toMatchObject({ code: "audit_unavailable" });
    delete fault.sync;
    delete fault.truncate;
    await expect(log.append(denied("y"))).rejects.toMatchObject({ code: "audit_broken", retryable: false });
    expect(log.position().seq).toBe(1);
    const next = await openLog();
    await next.append(denied("z"));
    expect(await verifyAuditLog(next.position().file)).toEqual({ ok: true, records: 2 });
  });

  it.each([
    ["removed", () => rm(directory, { recursive: true })],
    ["moved away", () => rename(directory, `${directory}.old`)],
    [
      "replaced",
      async () => {
        const [name = ""] = await readdir(directory);
        await rm(join(directory, name));
        await writeFile(join(directory, name), "");
      },
    ],
  ])("with the log's place %s: no record is acknowledged that nobody would find", async (_, change) => {
    const log = await openLog();
    await change();
    await expect(log.append(denied("x"))).rejects.toMatchObject({
      code: "audit_unavailable",
      message: expect.stringContaining("gone"),
    });
    expect(log.position().seq).toBe(1);
  });
});
