import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openAuditLog } from "./log.ts";
import { verifyAuditLog } from "./verify.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const KILLS = 30;

/** Acts without end: an intent, its outcome, and a line on standard output for each that is acknowledged. */
const ACTOR = `
import { writeSync } from "node:fs";
import { openAuditLog } from "@k8s-ops/mcp-telemetry/audit";
const log = await openAuditLog({ directory: process.argv[1] });
writeSync(1, log.position().file + "\\n");
const deadline = new Date().toISOString();
for (let count = 0; ; count += 1) {
  const action_id = process.pid + "-" + count;
  const object = { kind: "Pod", namespace: "shop", name: "web-0", uid: "u1" };
  await log.append({ event: "intent", action_id, caller: "ann", tool: "remediate_pod_restart", cluster: "c", object,
    arguments: { padding: "x".repeat(count % 5000) }, approval: "confirm", writes: [], deadline });
  writeSync(1, "intent " + action_id + " " + log.position().seq + "\\n");
  await log.append({ event: "outcome", action_id, outcome: "success" });
  writeSync(1, "outcome " + action_id + " " + log.position().seq + "\\n");
}`;

interface Killed {
  readonly file: string;
  /** What the process said it had stored. */
  readonly acknowledged: readonly {
    readonly event: string;
    readonly action_id: string;
    readonly seq: number;
  }[];
}

async function killedAfter(milliseconds: number, directory: string): Promise<Killed> {
  const options = [
    "--conditions=@k8s-ops/source",
    "--input-type=module-typescript",
    "--eval",
    ACTOR,
    directory,
  ];
  const child = spawn(process.execPath, options, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await once(child.stdout, "data");
  await sleep(milliseconds);
  child.kill("SIGKILL");
  await once(child, "close");
  const [file = "", ...lines] = said.slice(0, said.lastIndexOf("\n")).split("\n");
  const acknowledged = lines.map((line) => {
    const [event = "", action_id = "", seq = ""] = line.split(" ");
    return { event, action_id, seq: Number(seq) };
  });
  return { file, acknowledged };
}

it("loses no acknowledged record to kill -9, and tells the next server what it does not know", async () => {
  const directory = await mkdtemp(join(tmpdir(), "audit-kill-"));
  let total = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { file, acknowledged } = await killedAfter(Math.random() * 60, directory);
    const found = await verifyAuditLog(file);
    if (!found.ok) expect(found.damage).toBe("truncated");
    const whole = found.ok ? found.records : found.line - 1;
    const lines = (await readFile(file, "utf8")).split("\n").slice(0, whole);
    const stored = lines.map((line): { event: string; action_id: string; seq: number } => JSON.parse(line));
    for (const record of acknowledged) expect(stored[record.seq - 1]).toMatchObject(record);
    total += acknowledged.length;

    const open = new Set<string>();
    for (const { event, action_id } of stored) {
      if (event === "intent") open.add(action_id);
      if (event === "outcome") open.delete(action_id);
    }
    const next = await openAuditLog({ directory, now: () => new Date(Date.now() + 1) });
    expect(new Set(next.recovered.map(({ action_id }) => action_id))).toEqual(open);
    await next.close();
  }
  expect(total).toBeGreaterThan(KILLS);
  await rm(directory, { recursive: true, force: true });
}, 120_000);
