import { existsSync, statSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openAuditLog } from "@k8s-ops/mcp-telemetry/audit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseOptions } from "./options.ts";
import { openState } from "./state.ts";

let stateDir = "";
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "state-"));
});
afterEach(() => rm(stateDir, { recursive: true }));

const open = () => openState(parseOptions(["serve", "--state-dir", stateDir]));

describe("the audit log", () => {
  it("warns of actions of a killed server, also of those whose deadline passes only later", async () => {
    const intent = (action_id: string, ms: number) =>
      ({
        event: "intent",
        action_id,
        caller: "ann",
        tool: "remediate_pod_restart",
        cluster: "prod",
        object: { kind: "Pod", namespace: "shop", name: "web-0", uid: "u1" },
        arguments: {},
        approval: "plan",
        writes: [],
        deadline: new Date(Date.now() + ms).toISOString(),
      }) as const;
    const killed = await openAuditLog({ directory: join(stateDir, "audit") });
    await killed.append(intent("overdue", -1_000));
    await killed.append(intent("running", 300));
    await killed.close();
    const said: string[] = [];
    const stderr = vi
      .spyOn(process.stderr, "write")
      .mockImplementation((line) => said.push(String(line)) > 0);
    const state = open();
    try {
      await state.audit();
      expect(said.filter((line) => line.includes('"overdue"'))).toHaveLength(1);
      await vi.waitFor(
        () => expect(said.filter((line) => line.includes('"running"'))).toHaveLength(1),
        5_000,
      );
      expect(JSON.parse(said.at(-1) ?? "")).toMatchObject({ level: "warn", action_id: "running" });
    } finally {
      stderr.mockRestore();
      await state.close();
    }
  });
});

describe("the signing key", () => {
  it("is whole and the same for all who make it at the same time, and only they can read it", async () => {
    const keys = await Promise.all(Array.from({ length: 100 }, () => open().signingKey()));
    const stored = await readFile(join(stateDir, "signing-key"));
    expect(stored.length).toBe(64);
    expect(new Set(keys.map((key) => Buffer.from(key).toString()))).toEqual(new Set([stored.toString()]));
    expect(await readdir(stateDir)).toEqual(["signing-key"]);
    expect((await stat(join(stateDir, "signing-key"))).mode & 0o777).toBe(0o600);
  });

  it("is never seen in part by those who look while it is made", async () => {
    const seen = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const directory = join(stateDir, String(round));
      const key = openState(parseOptions(["serve", "--state-dir", directory])).signingKey();
      let isMade = false;
      key.finally(() => {
        isMade = true;
      });
      while (!isMade) {
        await new Promise(setImmediate);
        const path = join(directory, "signing-key");
        if (existsSync(path)) seen.add(statSync(path).size);
      }
    }
    expect(seen).toEqual(new Set([64]));
  });

  it("is kept when it is there", async () => {
    await writeFile(join(stateDir, "signing-key"), "k".repeat(32));
    expect(Buffer.from(await open().signingKey()).toString()).toBe("k".repeat(32));
  });

  it("is refused, with the way out, when it is too short", async () => {
    await writeFile(join(stateDir, "signing-key"), "short");
    await expect(open().signingKey()).rejects.toMatchObject({
      code: "signing_key_unavailable",
      message: expect.stringContaining("--signing-key"),
    });
  });
});
