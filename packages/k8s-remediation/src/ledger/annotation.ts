import type { Undo } from "../action.ts";
import { believed, type FirstSeen, isAhead } from "./clock.ts";
import { type Entry, isEntry } from "./entry.ts";
import { isMacOf, macOf, type Seal } from "./seal.ts";

/** What the annotation holds: the entries, oldest first, and how often they were written. */
export interface Book {
  readonly counter: number;
  readonly entries: readonly Entry[];
}

export interface ReadBook extends Book {
  readonly seen: FirstSeen;
}

/** What is kept of an entry whose undo is kept, with its authentication code. */
interface Signed {
  readonly entry: Entry;
  readonly mac: string;
  /** When it was seen, by the API server's clock, if its own time was far ahead of that. */
  readonly seen?: number;
}

/**
 * What is kept of one that cannot be taken back any more, which needs no code: id, tool, caller, kind, namespace, name,
 * at, length, outcome, keepSeconds, undoes.
 */
type Short = readonly unknown[];

const FOREIGN = {
  by: "nothing",
  why: "It was recorded by a server with another signing key, or for another cluster.",
} as const satisfies Undo;
const FORGOTTEN = { by: "nothing", why: "Too many actions came after it." } as const satisfies Undo;

/** What was written with another key, or is believed of another time, to be kept as it is. */
const ORIGINALS = new WeakMap<Entry, Signed>();

/**
 * What an annotation holds; undefined when no server wrote it as it is. Entries that were not written with this seal
 * count for cool-downs and budgets, which can only hold an action back, and are not taken back: what an undo writes must
 * not be made up by whoever may write the ledger.
 * @param now milliseconds since the epoch
 * @param seen of earlier readings
 */
export function parseBook(text: string, seal: Seal, now: number, seen: FirstSeen): ReadBook | undefined {
  try {
    const { counter, entries } = (JSON.parse(text) ?? {}) as { counter?: unknown; entries?: unknown };
    if (!isCounter(counter) || !Array.isArray(entries)) return undefined;
    const signed = (entries as readonly unknown[]).map(signedOf);
    if (!signed.every((item) => item !== undefined)) return undefined;
    const ahead = new Map(signed.flatMap((item) => firstSeen(item, now, seen)));
    return { counter, entries: signed.map((item) => entryOf(item, seal, ahead)), seen: ahead };
  } catch {
    return undefined;
  }
}

/**
 * A book as text of at most this many bytes, without what only an undo needs of the oldest entries where they would not
 * fit with it; undefined when they do not fit at all.
 */
export function printBook({ counter, entries }: Book, seal: Seal, mostBytes: number): string | undefined {
  const head = `{"counter":${counter},"entries":[`;
  const items = entries.map((entry) => JSON.stringify(storedOf(entry, seal)));
  let bytes = items.reduce((sum, item) => sum + Buffer.byteLength(item) + 1, head.length + 2);
  for (const [index, entry] of entries.entries()) {
    if (bytes <= mostBytes) break;
    const short = JSON.stringify(shortOf(entry));
    bytes += Buffer.byteLength(short) - Buffer.byteLength(items[index] ?? "");
    items[index] = short;
  }
  return bytes <= mostBytes ? `${head}${items.join(",")}]}` : undefined;
}

/** When an entry was written, whatever this process believes of it. */
export function writtenAt(entry: Entry): number {
  const original = ORIGINALS.get(entry);
  return original ? dateOf(original) : entry.at;
}

/** Entries as they are to be kept, with a date for those that are far ahead of it. @param time of the API server */
export function dated(entries: readonly Entry[], time: number): readonly Entry[] {
  return entries.map((entry) => {
    const original = ORIGINALS.get(entry);
    if (!original || !isAhead(writtenAt(entry), time)) return entry;
    const copy = { ...entry };
    ORIGINALS.set(copy, { ...original, seen: time });
    return copy;
  });
}

function isCounter(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < Number.MAX_SAFE_INTEGER && Number.isInteger(value);
}

function firstSeen(signed: Signed, now: number, earlier: FirstSeen): readonly [string, number][] {
  const { id } = signed.entry;
  const date = dateOf(signed);
  const known = earlier.get(id) ?? (isAhead(date, now) ? now : date);
  return known < date ? [[id, known]] : [];
}

function entryOf(signed: Signed, seal: Seal, ahead: FirstSeen): Entry {
  const { entry, mac } = signed;
  const { at, until } = believed({ ...entry, at: dateOf(signed) }, ahead);
  const isOwn = entry.undo === FORGOTTEN || isMacOf(mac, entry, seal);
  if (isOwn && at === entry.at && until === entry.until) return entry;
  const read = { ...entry, at, until, undo: isOwn ? entry.undo : FOREIGN };
  ORIGINALS.set(read, signed);
  return read;
}

function dateOf({ entry, seen }: Signed): number {
  return Math.min(entry.at, seen ?? entry.at);
}

function signedOf(item: unknown): Signed | undefined {
  if (Array.isArray(item)) {
    const entry = unshort(item);
    return entry && { entry, mac: "" };
  }
  const { entry, mac, seen } = (item ?? {}) as Partial<Record<keyof Signed, unknown>>;
  if (typeof mac !== "string" || !isEntry(entry)) return undefined;
  if (seen === undefined) return { entry, mac };
  return typeof seen === "number" && seen >= 0 ? { entry, mac, seen } : undefined;
}

function storedOf(entry: Entry, seal: Seal): Signed | Short {
  if (entry.undo.by === "nothing" && entry.undo.why === FORGOTTEN.why) return shortOf(entry);
  return ORIGINALS.get(entry) ?? { entry, mac: macOf(entry, seal) };
}

function shortOf(entry: Entry): Short {
  const { id, tool, caller, object, outcome, keepSeconds, undoes } = entry;
  const { kind, namespace, name } = object;
  const { until } = ORIGINALS.get(entry)?.entry ?? entry;
  const at = writtenAt(entry);
  const last = undoes === undefined ? [] : [undoes];
  return [
    id,
    tool,
    caller,
    kind,
    namespace,
    name,
    at,
    Math.max(0, until - at),
    outcome,
    keepSeconds ?? 0,
    ...last,
  ];
}

function unshort(item: Short): Entry | undefined {
  const [id, tool, caller, kind, namespace, name, at, length, outcome, keepSeconds, undoes] = item;
  const entry: unknown = {
    id,
    tool,
    caller,
    object: { kind, namespace, name, uid: "" },
    at,
    until: Number(at) + Number(length),
    outcome,
    before: "",
    undo: FORGOTTEN,
    ...(keepSeconds !== 0 && { keepSeconds }),
    ...(undoes !== undefined && { undoes }),
  };
  return isEntry(entry) ? entry : undefined;
}
