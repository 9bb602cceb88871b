import { createHmac } from "node:crypto";
import { isDnsLabel, isDnsSubdomain, type ObjectRef } from "@k8s-ops/k8s-cluster";
import type { Undo } from "../action.ts";
import { canonicalJson } from "../plans/digest.ts";

export type ActionOutcome = "started" | "success" | "failed" | "not_applied" | "unknown";

/** What is kept of an action, for every replica to see. */
export interface Entry {
  readonly id: string;
  readonly tool: string;
  readonly caller: string;
  readonly object: ObjectRef & { readonly uid: string };
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When its outcome is known at the latest, in milliseconds since the epoch. */
  readonly until: number;
  readonly outcome: ActionOutcome;
  /** Digests of what people want of the object: before, and as the dry run says it becomes. */
  readonly before: string;
  readonly expected?: string;
  readonly undo: Undo;
  /** The action that this one took back. */
  readonly undoes?: string;
}

/** Actions are forgotten after a day, and before that when there are more than this. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const MOST_ENTRIES = 600;
/** Annotations may be 256 KiB, all of them together. */
const MOST_BYTES = 200_000;

interface Signed {
  readonly entry: Entry;
  readonly mac: string;
}

/** What was written with another key, to be kept as it is. */
const FOREIGN = new WeakMap<Entry, Signed>();

/**
 * The entries that a ledger holds. Those that were not written with this key count for cool-downs and budgets, which
 * can only hold an action back, and are not taken back: what an undo writes must not be made up by whoever may write
 * the ledger.
 */
export function parseEntries(text: string | undefined, key: Uint8Array): readonly Entry[] {
  if (text === undefined) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(parsed)) return [];
  return parsed.filter(isSigned).map((signed) => {
    if (signed.mac === macOf(signed.entry, key)) return signed.entry;
    const entry: Entry = {
      ...signed.entry,
      undo: { by: "nothing", why: "It was recorded by a server with another signing key." },
    };
    FOREIGN.set(entry, signed);
    return entry;
  });
}

/** The newest entries as text, as many as fit. */
export function printEntries(entries: readonly Entry[], key: Uint8Array, now: number): string {
  const young = entries.filter(({ at }) => now - at < KEPT_MS).slice(-MOST_ENTRIES);
  const signed = young.map((entry): Signed => FOREIGN.get(entry) ?? { entry, mac: macOf(entry, key) });
  let text = JSON.stringify(signed);
  while (Buffer.byteLength(text) > MOST_BYTES && signed.length > 1) {
    signed.splice(0, Math.ceil(signed.length / 10));
    text = JSON.stringify(signed);
  }
  return text;
}

function isSigned(item: unknown): item is Signed {
  const { entry, mac } = (item ?? {}) as { entry?: Partial<Entry>; mac?: unknown };
  return (
    typeof mac === "string" &&
    isWord(entry?.id) &&
    isWord(entry.tool) &&
    typeof entry.caller === "string" &&
    isTime(entry.at) &&
    isTime(entry.until) &&
    OUTCOMES.has(entry.outcome) &&
    (entry.undoes === undefined || isWord(entry.undoes)) &&
    isRef(entry.object)
  );
}

const OUTCOMES: ReadonlySet<unknown> = new Set<ActionOutcome>([
  "started",
  "success",
  "failed",
  "not_applied",
  "unknown",
]);

/** Messages repeat ids and tools, which must not become a way to put other words into them. */
function isWord(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,64}$/.test(value);
}

/** Of the year 9999 at the latest: messages write times as dates. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < 253_402_300_800_000;
}

function isRef(value: unknown): value is Entry["object"] {
  const { kind, namespace, name } = (value ?? {}) as Partial<Entry["object"]>;
  return (
    isWord(kind) &&
    typeof name === "string" &&
    isDnsSubdomain(name) &&
    (namespace === "" || (typeof namespace === "string" && isDnsLabel(namespace)))
  );
}

function macOf(entry: Entry, key: Uint8Array): string {
  return createHmac("sha256", key)
    .update("ledger")
    .update(canonicalJson(entry))
    .digest("base64url")
    .slice(0, 22);
}
