import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError, type ClusterWriter, type ObjectOf, RESOURCES } from "@k8s-ops/k8s-cluster";
import { RemediationError } from "../errors.ts";
import { type Book, dated, parseBook, printBook, type ReadBook } from "./annotation.ts";
import { isAhead } from "./clock.ts";
import { type Entry, isEntry } from "./entry.ts";
import type { Change, Ledger } from "./ledger.ts";
import { countingMs, hasOutdated, keptMs, MOST_BYTES, MOST_BYTES_SETTLED, younger } from "./room.ts";
import { afterLook, damageOf, type Sight } from "./sight.ts";

const LEASE_NAME = "k8s-ops-mcp";
const ANNOTATION = "k8s-ops-mcp/actions";
/** How a record that cannot be read is begun anew. */
const ANEW = "To begin anew, delete the Lease and start this server again";
const TRIES = 40;
const LONGEST_PAUSE_MS = 500;

export interface LeaseLedgerOptions {
  readonly writer: ClusterWriter;
  /** Where the Lease lives. */
  readonly namespace: string;
  /** What tells the cluster from all others, as in `ActionCluster.id`. Entries are signed for it. */
  readonly cluster: string;
  /** Shared by all replicas. Entries written with another one count for cool-downs and budgets, and are not taken back. */
  readonly key: Uint8Array;
  /** Which replica writes; becomes the Lease's holderIdentity. */
  readonly identity: string;
  readonly now?: () => number;
}

type FoundLease = ObjectOf<"leases"> | undefined;

/**
 * A ledger in the annotation of one Lease, changed by compare-and-swap on its resourceVersion. Refuses what it reads when
 * no server can have written it so, or when it is older than what this ledger has seen.
 * Source of the pattern: k8s.io/client-go tools/leaderelection
 */
export function createLeaseLedger(options: LeaseLedgerOptions): Ledger {
  const { writer, namespace, now = Date.now } = options;
  const lease = { resource: "leases", namespace, name: LEASE_NAME } as const;
  const { apiVersion, kind } = RESOURCES.leases;
  let sight: Sight | undefined;
  let seen: ReadBook["seen"] = new Map();

  const look = async (): Promise<{ found: FoundLease; book: Book }> => {
    const before = sight;
    const found = await reached(writer.get(lease), namespace);
    const at = now();
    const text = found?.metadata.annotations?.[ANNOTATION];
    const book = text === undefined ? { counter: 0, entries: [], seen } : parseBook(text, options, at, seen);
    if (!book) throw damaged(`it holds what no server writes. ${ANEW}`, namespace);
    const shown = found && { uid: found.metadata.uid ?? "", counter: book.counter };
    const damage = damageOf(before, shown, at);
    if (damage !== undefined) throw damaged(damage, namespace);
    sight = afterLook(before, sight, shown, at);
    seen = book.seen;
    return { found, book };
  };

  const store = async (found: FoundLease, annotation: string): Promise<FoundLease> => {
    const content = {
      metadata: { annotations: { [ANNOTATION]: annotation } },
      spec: { holderIdentity: options.identity, renewTime: microTime(now()) },
    };
    if (!found) {
      const metadata = { ...content.metadata, name: LEASE_NAME, namespace };
      return writer.create(lease, { apiVersion, kind, ...content, metadata }, { dryRun: false });
    }
    const { uid = "", resourceVersion = "" } = found.metadata;
    const patch = { type: "merge", value: content } as const;
    return writer.patch(lease, patch, { uid, resourceVersion }, { dryRun: false });
  };

  /** One clock that is wrong must not erase what others wrote. A dry run stores nothing, and is dated all the same. */
  const serverTime = async (): Promise<number | undefined> => {
    const metadata = { name: `${LEASE_NAME}-${randomUUID()}`, namespace };
    try {
      const made = await writer.create(lease, { apiVersion, kind, metadata, spec: {} }, { dryRun: true });
      const time = Date.parse(made.metadata.creationTimestamp ?? "");
      return Number.isNaN(time) ? undefined : time;
    } catch {
      return undefined;
    }
  };

  const textOf = async (book: Book, isNew: boolean): Promise<string> => {
    const { counter, entries } = book;
    const at = now();
    const mostBytes = isNew ? MOST_BYTES : MOST_BYTES_SETTLED;
    const whole = printBook(book, options, mostBytes);
    const isAtEase = !isNew || (seen.size === 0 && !hasOutdated(entries, at));
    if (whole !== undefined && isAtEase) return whole;
    const time = await serverTime();
    if (time === undefined) return whole ?? full(entries.length, namespace);
    if (isAhead(at, time) || isAhead(time, at)) throw wrongClock(at, time);
    const ms = whole === undefined ? countingMs(entries) : keptMs(entries);
    const left = { counter, entries: dated(younger(entries, time, ms), time) };
    return printBook(left, options, mostBytes) ?? full(entries.length, namespace);
  };

  /** One at a time in this process: among replicas conflicts decide, within one they would only cost time. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };

  const update = async (change: Change): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const { found, book } = await look();
      const entries = change(book.entries, now());
      assertReadable(entries, namespace);
      const counter = book.counter + 1;
      const isNew = entries.length > book.entries.length;
      const text = await textOf({ counter, entries }, isNew);
      const before = sight;
      try {
        const stored = await store(found, text);
        const { uid = "" } = stored?.metadata ?? {};
        sight = afterLook(before, sight, { uid, counter }, now());
        return;
      } catch (error) {
        const isLost = error instanceof ClusterError && error.code === "conflict";
        if (!isLost || attempt >= TRIES) throw unavailable(error, namespace);
        await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 10 * 2 ** attempt));
      }
    }
  };

  return {
    read: async () => (await look()).book.entries,
    update: (change) => inTurn(() => update(change)),
  };
}

async function reached<T>(reading: Promise<T>, namespace: string): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw unavailable(error, namespace);
  }
}

/** What could not be read again would be damage. */
function assertReadable(entries: readonly Entry[], namespace: string): void {
  const other = entries.find((entry) => !isEntry(entry));
  if (!other) return;
  throw new RemediationError(
    "ledger_unavailable",
    `Nothing is written, because the action cannot be recorded in Lease ${namespace}/${LEASE_NAME}: the tool must be named with letters, digits, _ and -, and the object as Kubernetes names objects.`,
  );
}

function full(count: number, namespace: string): never {
  throw new RemediationError(
    "ledger_unavailable",
    `Nothing is written, because the record of actions in Lease ${namespace}/${LEASE_NAME} is full, and its ${count} actions still count. Wait until they count no more; fewer actions and smaller windows in the policy's budgets keep it from filling up.`,
  );
}

function wrongClock(at: number, time: number): RemediationError {
  return new RemediationError(
    "ledger_unavailable",
    `Nothing is written, because the clock of this server (${new Date(at).toISOString()}) and that of the API server (${new Date(time).toISOString()}) are too far apart for the record of actions. Set them right.`,
  );
}

function damaged(what: string, namespace: string): RemediationError {
  return new RemediationError(
    "ledger_unavailable",
    `Nothing is written, because the record of actions in Lease ${namespace}/${LEASE_NAME} was damaged: ${what}. Look who writes it.`,
  );
}

function unavailable(error: unknown, namespace: string): Error {
  if (!(error instanceof ClusterError)) return error instanceof Error ? error : new Error(String(error));
  return new RemediationError(
    "ledger_unavailable",
    `Nothing is written, because the record of actions cannot be kept in Lease ${namespace}/${LEASE_NAME}: ${error.message}${/[.!?]$/.test(error.message) ? "" : "."} The namespace must exist, and the server needs get, create and patch on leases in it; another namespace is chosen with --state-namespace.`,
    { cause: error },
  );
}

/** MicroTime as the API wants it: six digits. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
