import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AuditLog, type AuditLogOptions, openAuditLog } from "./log.ts";
import type { IntentRecord, UnfinishedAction } from "./records.ts";
import { verifyAuditLog } from "./verify.ts";

const NOW = Date.now();
let directory = "";
const opened: AuditLog[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "audit-recover-"));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((log) => log.close()));
  await rm(directory, { recursive: true });
});

const inMinutes = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

const intent = (action_id: string, deadline = inMinutes(-1)): IntentRecord => ({
  event: "intent",
  action_id,
  caller: "ann",
  tool: "remediate_pod_restart",
  cluster: "prod",
  object: { kind: "Pod", namespace: "shop", name: "web-0", uid: "u1" },
  arguments: { namespace: "shop", pod_name: "web-0" },
  approval: "plan",
  writes: ["delete Pod shop/web-0"],
  deadline,
});

async function openLog(now = NOW, options: Partial<AuditLogOptions> = {}): Promise<AuditLog> {
  const log = await openAuditLog({ directory, now: () => new Date(now), ...options });
  opened.push(log);
  return log;
}

async function earlier(...records: readonly IntentRecord[]): Promise<string> {
  const log = await openLog();
  for (const record of records) await log.append(record);
  await log.close();
  return log.position().file;
}

const idsOf = (log: AuditLog) => log.recovered.map(({ action_id }) => action_id);

describe("a log that is opened after others", () => {
  it("records an outcome that a dead server left open as unknown, once", async () => {
    await earlier(intent("a1"));
    const log = await openLog();
    expect(log.recovered).toEqual([
      {
        action_id: "a1",
        caller: "ann",
        tool: "remediate_pod_restart",
        cluster: "prod",
        object: { kind: "Pod", namespace: "shop", name: "web-0", uid: "u1" },
        deadline: inMinutes(-1),
      },
    ]);
    const { file } = log.position();
    const last = JSON.parse((await readFile(file, "utf8")).trimEnd().split("\n").at(-1) ?? "");
    expect(last).toMatchObject({
      seq: 2,
      event: "outcome",
      action_id: "a1",
      outcome: "unknown",
      message: "the server ended before the outcome was recorded",
    });
    expect(await verifyAuditLog(file)).toEqual({ ok: true, records: 2 });
    expect(idsOf(await openLog())).toEqual([]);
  });

  it("leaves alone what has an outcome, in whatever file, and what is within its deadline", async () => {
    await earlier(intent("ended"), intent("ended elsewhere"), intent("running", inMinutes(1)));
    const other = await openLog(NOW - 3_600_000);
    await other.append({ event: "outcome", action_id: "ended", outcome: "failed", code: "conflict" });
    await other.append({
      event: "outcome",
      action_id: "ended elsewhere",
      outcome: "success",
      verified: true,
    });
    expect(idsOf(await openLog())).toEqual([]);
    expect(idsOf(await openLog(NOW + 120_000))).toEqual(["running"]);
  });

  it("reads what is whole in a file that was cut or damaged", async () => {
    const file = await earlier(intent("whole"), intent("cut"));
    const content = await readFile(file, "utf8");
    await writeFile(file, `\u0000\ufffd{"event":"intent"\n${content.slice(0, -20)}`);
    expect(idsOf(await openLog())).toEqual(["whole"]);
  });

  it.each([
    ["is empty", ""],
    ["is no JSON", '"event":"intent"\n'.repeat(10)],
    ["has no newline", "x".repeat(3_000_000)],
    ["holds intents of another shape", '{"event":"intent","action_id":7}\n{"event":"intent","object":[]}\n'],
    ["has a deadline that is no time", `${JSON.stringify(intent("x", "tomorrow"))}\n`],
  ])("starts beside a file that %s", async (_, content) => {
    await writeFile(join(directory, "other.jsonl"), content);
    await earlier(intent("a1"));
    expect(idsOf(await openLog())).toEqual(["a1"]);
  });

  it("starts beside what is no file, and does not follow links", async () => {
    await mkdir(join(directory, "folder.jsonl"));
    await symlink("/dev/zero", join(directory, "endless.jsonl"));
    await symlink(join(directory, "gone"), join(directory, "dangling.jsonl"));
    expect(idsOf(await openLog())).toEqual([]);
  });

  it("does not look at files older than 30 days", async () => {
    const day = 24 * 3_600;
    const [old, recent] = [await earlier(intent("old")), await earlier(intent("recent"))];
    await utimes(old, NOW / 1_000 - 31 * day, NOW / 1_000 - 31 * day);
    await utimes(recent, NOW / 1_000 - 29 * day, NOW / 1_000 - 29 * day);
    expect(idsOf(await openLog())).toEqual(["recent"]);
  });

  it("does not record anew what a file that is too old may have ended", async () => {
    const days = (count: number) => inMinutes(-count * 24 * 60);
    await earlier(intent("31 days", days(31)), intent("29 days", days(29)));
    expect(idsOf(await openLog())).toEqual(["29 days"]);
  });
});

describe("a log that is opened within the deadline of an action that nobody ends", () => {
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  const outcomesIn = async (log: AuditLog) =>
    (await readFile(log.position().file, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event === "outcome");

  async function lookingAgain() {
    const told: UnfinishedAction[][] = [];
    const onRecovered = (actions: readonly UnfinishedAction[]) => void told.push([...actions]);
    const log = await openLog(0, { now: () => new Date(), onRecovered });
    return { log, told };
  }

  it("records it as unknown when the latest deadline has passed, and tells so, once", async () => {
    await earlier(intent("overdue"), intent("soon", inMs(100)), intent("later", inMs(300)));
    const { log, told } = await lookingAgain();
    expect(idsOf(log)).toEqual(["overdue"]);
    await vi.waitFor(() => expect(told).toHaveLength(1), 5_000);
    expect(told[0]?.map(({ action_id }) => action_id)).toEqual(["soon", "later"]);
    expect(await outcomesIn(log)).toMatchObject([
      { action_id: "overdue", outcome: "unknown" },
      { action_id: "soon", outcome: "unknown" },
      { action_id: "later", outcome: "unknown" },
    ]);
    expect(await verifyAuditLog(log.position().file)).toMatchObject({ ok: true });
    expect(idsOf(await openLog(Date.now()))).toEqual([]);
  });

  it("leaves alone what gets its outcome meanwhile, and what was begun later", async () => {
    await earlier(intent("ends", inMs(200)), intent("stays", inMs(200)));
    const { log, told } = await lookingAgain();
    const other = await openLog();
    await other.append({ event: "outcome", action_id: "ends", outcome: "success" });
    await other.append(intent("new", inMs(210)));
    await vi.waitFor(() => expect(told).toHaveLength(1), 5_000);
    expect(await outcomesIn(log)).toMatchObject([{ action_id: "stays" }]);
  });

  it("does not look again once it is closed", async () => {
    await earlier(intent("soon", inMs(50)));
    const { log, told } = await lookingAgain();
    await log.close();
    await new Promise((done) => setTimeout(done, 600));
    expect(told).toEqual([]);
    expect(await outcomesIn(log)).toEqual([]);
  });

  it("does not wait for a deadline that no action has", async () => {
    await earlier(intent("soon", inMs(50)), intent("in a year", inMinutes(525_600)));
    const { told } = await lookingAgain();
    await vi.waitFor(() => expect(told).toHaveLength(1), 5_000);
    expect(told[0]?.map(({ action_id }) => action_id)).toEqual(["soon"]);
  });
});
