import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MOST_LINE_BYTES, seal } from "./chain.ts";
import { readAuditKey } from "./key.ts";
import { openAuditLog } from "./log.ts";
import { verifyAuditLog } from "./verify.ts";

const key = Buffer.from("0123456789abcdef");
const RECORDS = 12;
let directory = "";
let original = Buffer.alloc(0);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "audit-verify-"));
  const log = await openAuditLog({ directory, key });
  for (let index = 1; index < RECORDS; index += 1) {
    await log.append({
      event: "refused",
      caller: "ann",
      tool: `tool_${index}`,
      codes: ["protected_namespace"],
    });
  }
  await log.close();
  original = await readFile(log.position().file);
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function verified(content: Buffer | string, withKey: Uint8Array | undefined = key) {
  const file = join(directory, "changed.jsonl");
  await writeFile(file, content);
  return await verifyAuditLog(file, withKey);
}

const linesOf = (content: Buffer) => content.toString().trimEnd().split("\n");
const joined = (lines: readonly string[]) => `${lines.join("\n")}\n`;
const anyLine = fc.nat(RECORDS - 1);

describe("verifyAuditLog", () => {
  it("says how many records stand as they were written", async () => {
    expect(await verified(original)).toEqual({ ok: true, records: RECORDS });
  });

  it("finds every edited byte, and names its line", async () => {
    const change = fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, flip]) => {
        const changed = Buffer.from(original);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const line = original.subarray(0, at).toString().split("\n").length;
        expect(await verified(changed)).toMatchObject({ ok: false, line });
      }),
      { numRuns: 300 },
    );
  });

  it("finds every removed record but the last ones", async () => {
    const range = fc
      .tuple(fc.nat(RECORDS - 2), fc.integer({ min: 1, max: RECORDS }))
      .filter(([from, count]) => from + count < RECORDS);
    await fc.assert(
      fc.asyncProperty(range, async ([from, count]) => {
        const changed = linesOf(original).toSpliced(from, count);
        expect(await verified(joined(changed))).toMatchObject({
          ok: false,
          line: from + 1,
          damage: "removed",
        });
      }),
      { numRuns: 300 },
    );
  });

  it("finds every swap and every copy", async () => {
    const pair = fc.tuple(anyLine, anyLine).filter(([a, b]) => a !== b);
    await fc.assert(
      fc.asyncProperty(pair, async ([a, b]) => {
        const lines = linesOf(original);
        const swapped = lines.with(a, lines[b] ?? "").with(b, lines[a] ?? "");
        const reordered = { ok: false, damage: "reordered" };
        expect(await verified(joined(swapped))).toMatchObject({ ...reordered, line: Math.min(a, b) + 1 });
        const copied = lines.toSpliced(Math.max(a, b) + 1, 0, lines[Math.min(a, b)] ?? "");
        expect(await verified(joined(copied))).toMatchObject({ ...reordered, line: Math.max(a, b) + 2 });
      }),
      { numRuns: 300 },
    );
  });

  it("finds every cut within a line; a cut between lines shows in the number of records alone", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), async (length) => {
        const cut = original.subarray(0, length);
        const whole = cut.toString().split("\n").length - 1;
        const expected =
          length === 0
            ? { ok: false, line: 1, damage: "removed" }
            : cut.at(-1) === 0x0a
              ? { ok: true, records: whole }
              : { ok: false, line: whole + 1, damage: "truncated" };
        expect(await verified(cut)).toMatchObject(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("finds a line that was made anew, by the line after it", async () => {
    const lines = linesOf(original);
    const { hash } = JSON.parse(lines[3] ?? "");
    const forged = seal({ event: "forged" }, { time: "now", after: { seq: 4, hash }, key });
    const changed = lines.with(4, forged.bytes.toString().trimEnd());
    expect(await verified(joined(changed))).toMatchObject({ ok: false, line: 6, damage: "edited" });
  });

  it.each([
    ["without the key", undefined, "it can only be checked with that key"],
    ["with another key", Buffer.from("0123456789abcdeX"), "the key is not the one"],
  ])("says what is lacking %s", async (_, other, why) => {
    const file = join(directory, "keyed.jsonl");
    await writeFile(file, original);
    const found = await verifyAuditLog(file, other);
    expect(found).toMatchObject({ ok: false, line: 1, damage: "edited" });
    expect(found).toMatchObject({ message: expect.stringContaining(why) });
  });

  it("is not impressed by lines without an end", async () => {
    const endless = Buffer.alloc(MOST_LINE_BYTES * 3, "x");
    const changed = Buffer.concat([original, endless, Buffer.from("\n")]);
    expect(await verified(changed)).toMatchObject({ ok: false, line: RECORDS + 1, damage: "edited" });
  });

  it("reads a log of many records a line at a time", async () => {
    const parts: Buffer[] = [];
    let after = { seq: 0, hash: "0".repeat(64) };
    for (let index = 0; index < 5_000; index += 1) {
      const { bytes, ...link } = seal({ event: "denied" }, { time: "t", after });
      parts.push(bytes);
      after = link;
    }
    const file = join(directory, "large.jsonl");
    await writeFile(file, Buffer.concat(parts));
    expect(await verifyAuditLog(file)).toEqual({ ok: true, records: 5_000 });
  });
});

describe("readAuditKey", () => {
  it.each([
    ["as it is", "0123456789abcdef", "0123456789abcdef"],
    ["without the newline at its end", "0123456789abcdef\n", "0123456789abcdef"],
    ["without the newline of Windows", "0123456789abcdef\r\n", "0123456789abcdef"],
    ["with a newline within", "01234567\n89abcdef\n\n", "01234567\n89abcdef\n"],
  ])("takes the key %s", async (_, content, expected) => {
    const file = join(directory, "key");
    await writeFile(file, content);
    expect(Buffer.from(await readAuditKey(file)).toString()).toBe(expected);
  });

  it("refuses an empty file", async () => {
    const file = join(directory, "empty");
    await writeFile(file, "\n");
    await expect(readAuditKey(file)).rejects.toMatchObject({ code: "audit_key_too_short" });
  });
});
