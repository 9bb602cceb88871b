import { readFile } from "node:fs/promises";
import { assertKey } from "./chain.ts";

/**
 * The key in a file: its bytes, without the newline that editors and `openssl rand -hex 32 > FILE` put at the end.
 *
 * @throws AuditError `audit_key_too_short`
 * @throws Error of the file system
 */
export async function readAuditKey(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  const end = /\r?\n?$/.exec(bytes.toString("latin1"))?.index ?? bytes.length;
  const key = bytes.subarray(0, end);
  assertKey(key);
  return key;
}
