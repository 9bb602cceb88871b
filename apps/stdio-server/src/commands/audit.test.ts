import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openAuditLog } from "@k8s-ops/mcp-telemetry/audit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
let directory = "";
let file = "";
let keyFile = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "audit-command-"));
  keyFile = join(directory, "key");
  await writeFile(keyFile, "0123456789abcdef\n");
  const log = await openAuditLog({ directory, key: Buffer.from("0123456789abcdef") });
  await log.append({ event: "denied", caller: "ann", tool: "remediate_undo", reason: "no_permission" });
  file = log.position().file;
  await log.close();
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function run(...args: readonly string[]) {
  return await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ["--conditions=@k8s-ops/source", main, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

describe("audit verify", () => {
  it("says that a log stands as it was written", async () => {
    const { code, stdout } = await run("audit", "verify", file, "--audit-key", keyFile);
    expect(code).toBe(0);
    expect(stdout).toBe(`${file}: all 2 records stand as they were written.\n`);
  });

  it("names the line that does not fit, and fails", async () => {
    const changed = join(directory, "changed");
    await writeFile(changed, (await readFile(file, "utf8")).replace("ann", "bob"));
    const { code, stdout } = await run("audit", "verify", changed, "--audit-key", keyFile);
    expect(code).toBe(1);
    expect(stdout).toContain(`${changed}:2: edited: `);
  });

  it.each([
    ["without the key that the log needs", () => [file], 1, "only be checked with that key"],
    ["of a file that is not there", () => [join(directory, "none")], 1, "no such file"],
    ["without a file", () => [], 2, "needs a file"],
  ])("fails %s", async (_, args, expected, why) => {
    const { code, stdout, stderr } = await run("audit", "verify", ...args());
    expect(code).toBe(expected);
    expect(stdout + stderr).toContain(why);
  });

  it("is the only command about audit logs", async () => {
    expect(await run("audit", "erase", file)).toMatchObject({ code: 2 });
  });
});
