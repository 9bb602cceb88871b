import { createHmac } from "node:crypto";
import type { ObjectRef } from "@k8s-ops/k8s-cluster";
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
/** An annotation may be 256 KiB, all of them together. */
const MOST_BYTES = 200_000;

interface Signed {
  readonly entry: Entry;
  readonly mac: string;
}

/**
 * The entries that a ledger holds. What was not written with this key is left out: an entry says how to take an action
 * back, which must not be made up by whoever may write the ledger.
 */
export function parseEntries(text: string | undefined, key: Uint8Array): readonly Entry[] {
  if (text === undefined) return [];
  let signed: unknown;
  try {
    signed = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(signed)) return [];
  return (signed as readonly Partial<Signed>[]).flatMap((item) =>
    item?.entry && item.mac === macOf(item.entry, key) ? [item.entry] : [],
  );
}

/** The newest entries as text, as many as fit. */
export function printEntries(entries: readonly Entry[], key: Uint8Array, now: number): string {
  const young = entries.filter(({ at }) => now - at < KEPT_MS).slice(-MOST_ENTRIES);
  const signed = young.map((entry): Signed => ({ entry, mac: macOf(entry, key) }));
  let text = JSON.stringify(signed);
  while (text.length > MOST_BYTES && signed.length > 1) {
    signed.splice(0, Math.ceil(signed.length / 10));
    text = JSON.stringify(signed);
  }
  return text;
}

function macOf(entry: Entry, key: Uint8Array): string {
  return createHmac("sha256", key)
    .update("ledger")
    .update(canonicalJson(entry))
    .digest("base64url")
    .slice(0, 22);
}
