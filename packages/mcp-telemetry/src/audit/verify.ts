import { assertKey, type Link, NO_HASH, parseObject, unseal } from "./chain.ts";
import { type Line, linesOf } from "./lines.ts";

/**
 * What was done to a log:
 * - `edited`: the line is not what was written, or the key is not the one it was written with
 * - `removed`: lines that belong before this one are gone
 * - `reordered`: the line stands at another place than it was written
 * - `truncated`: the file ends within a line, as after a crash during a write; the record was never acknowledged
 */
export type AuditDamage = "edited" | "removed" | "reordered" | "truncated";

export type AuditVerification =
  | {
      readonly ok: true;
      /** Lines, the start record included: the `seq` of the last. */
      readonly records: number;
    }
  | {
      readonly ok: false;
      /** Of the first line that does not fit, from 1. All lines before it fit. */
      readonly line: number;
      readonly damage: AuditDamage;
      /** A sentence for a person. */
      readonly message: string;
    };

/**
 * Whether every line of a log stands as it was written. Reads a line at a time.
 *
 * A file that was cut between two lines fits: nothing in it tells that there was more. Compare `records` with the `seq`
 * that `AuditLog.position()` told last. Without a key, whoever may write the file can make a new chain; with one, only
 * who has the key.
 *
 * @throws Error of the file system, when the file cannot be read
 * @throws AuditError `audit_key_too_short`
 */
export async function verifyAuditLog(file: string, key?: Uint8Array): Promise<AuditVerification> {
  assertKey(key);
  let last: Link = { seq: 0, hash: NO_HASH };
  const lines = linesOf(file);
  for await (const line of lines) {
    const found = line.bytes && line.complete ? unseal(line.bytes, key) : undefined;
    if (found?.seq === last.seq + 1 && found.prev === last.hash) {
      last = found;
      continue;
    }
    return { ok: false, line: last.seq + 1, ...(await damageOf(line, found, { last, lines, key })) };
  }
  if (last.seq > 0) return { ok: true, records: last.seq };
  return { ok: false, line: 1, damage: "removed", message: "the file is empty: its start record is gone" };
}

interface Rest {
  readonly last: Link;
  readonly lines: AsyncIterable<Line>;
  readonly key: Uint8Array | undefined;
}

async function damageOf(line: Line, found: Link | undefined, { last, lines, key }: Rest) {
  const expected = last.seq + 1;
  if (!line.complete) return { damage: "truncated", message: "the file ends within this line" } as const;
  if (!found) return { damage: "edited", message: unfit(line, key) } as const;
  if (found.seq === expected) {
    const message = "this line was written after another one than the line before it";
    return { damage: "edited", message } as const;
  }
  if (found.seq < expected || (await holds(lines, expected, key))) {
    const message = `record ${found.seq} stands where record ${expected} belongs`;
    return { damage: "reordered", message } as const;
  }
  const message = `record ${found.seq} follows record ${last.seq}: what was between them is gone`;
  return { damage: "removed", message } as const;
}

function unfit({ bytes }: Line, key: Uint8Array | undefined): string {
  const record = bytes && parseObject(bytes);
  if (record?.event !== "start") return "the hash of this line does not fit what it says";
  if (key === undefined && record.algorithm === "hmac-sha256")
    return "this log was written with a key; it can only be checked with that key";
  return key === undefined
    ? "the hash of this line does not fit what it says"
    : "the hash of this line does not fit what it says, or the key is not the one it was written with";
}

async function holds(lines: AsyncIterable<Line>, seq: number, key: Uint8Array | undefined): Promise<boolean> {
  for await (const { bytes } of lines) {
    if (bytes && unseal(bytes, key)?.seq === seq) return true;
  }
  return false;
}
