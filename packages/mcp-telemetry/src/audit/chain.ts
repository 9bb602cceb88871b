import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AuditError } from "./errors.ts";

/** The longest line in bytes, for writers and readers alike: what is longer is no line of an audit log. */
export const MOST_LINE_BYTES = 1_048_576;

/** `prev` of a file's first line. */
export const NO_HASH = "0".repeat(64);

const LEAST_KEY_BYTES = 16;
const SUFFIX_BYTES = `,"hash":"${NO_HASH}"}`.length;
const SUFFIX = /^,"hash":"([0-9a-f]{64})"\}$/;

/** What JSON leaves as it is, and a terminal or a viewer of lines does not: controls, formats, separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Where a chain stands. */
export interface Link {
  /** Counts the lines from 1. */
  readonly seq: number;
  /** Lower-case hexadecimal. */
  readonly hash: string;
}

/**
 * The next line of a chain, newline included. `hash` is SHA-256 over the line's own bytes without `,"hash":"…"`, or
 * HMAC-SHA-256 with a key; `prev` among them ties the line to the one before it.
 *
 * @throws AuditError `audit_record_too_large`
 */
export function seal(
  record: object,
  {
    time,
    after,
    key,
  }: { readonly time: string; readonly after: Link; readonly key?: Uint8Array | undefined },
): Link & { readonly bytes: Buffer } {
  const seq = after.seq + 1;
  const body = printable(JSON.stringify({ seq, time, ...record, prev: after.hash }));
  const hash = digest(Buffer.from(body), key).toString("hex");
  const bytes = Buffer.from(`${body.slice(0, -1)},"hash":"${hash}"}\n`);
  if (bytes.length <= MOST_LINE_BYTES) return { seq, hash, bytes };
  const message = `The audit record has ${bytes.length} bytes, ${MOST_LINE_BYTES} are the most. Give shorter arguments.`;
  throw new AuditError("audit_record_too_large", message);
}

/** What a line says about itself, when its hash fits its bytes. Without the newline. */
export function unseal(
  line: Buffer,
  key?: Uint8Array,
): (Link & { readonly prev: string; readonly record: Readonly<Record<string, unknown>> }) | undefined {
  const cut = line.length - SUFFIX_BYTES;
  if (cut <= 0) return undefined;
  const hash = SUFFIX.exec(line.toString("latin1", cut))?.[1];
  if (hash === undefined) return undefined;
  const body = Buffer.concat([line.subarray(0, cut), Buffer.from("}")]);
  if (!timingSafeEqual(digest(body, key), Buffer.from(hash, "hex"))) return undefined;
  const record = parseObject(body);
  if (typeof record?.seq !== "number" || typeof record.prev !== "string") return undefined;
  return { seq: record.seq, hash, prev: record.prev, record };
}

/** A line as an object of JSON, if it is one. */
export function parseObject(line: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws AuditError `audit_key_too_short` */
export function assertKey(key: Uint8Array | undefined): void {
  if (key === undefined || key.length >= LEAST_KEY_BYTES) return;
  const message = `The audit key has ${key.length} bytes, ${LEAST_KEY_BYTES} are the least. Make one with: openssl rand -hex 32`;
  throw new AuditError("audit_key_too_short", message);
}

function digest(bytes: Buffer, key: Uint8Array | undefined): Buffer {
  return (key ? createHmac("sha256", key) : createHash("sha256")).update(bytes).digest();
}

function printable(json: string): string {
  return json.replace(UNPRINTABLE, (sign) =>
    [...Array(sign.length).keys()]
      .map((index) => `\\u${sign.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
