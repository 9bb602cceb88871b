import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError, type ClusterWriter, type ObjectOf } from "@k8s-ops/k8s-cluster";
import { RemediationError } from "../errors.ts";
import { type Entry, parseEntries, printEntries } from "./entry.ts";
import type { Change, Ledger } from "./ledger.ts";

const LEASE_NAME = "k8s-ops-mcp";
const ANNOTATION = "k8s-ops-mcp/actions";
const TRIES = 40;
const LONGEST_PAUSE_MS = 500;

export interface LeaseLedgerOptions {
  readonly writer: ClusterWriter;
  /** Where the Lease lives. */
  readonly namespace: string;
  /** Shared by all replicas; entries written with another one count for nothing. */
  readonly key: Uint8Array;
  /** Which replica writes; becomes the Lease's holderIdentity. */
  readonly identity: string;
  readonly now?: () => number;
}

/**
 * A ledger in the annotation of one Lease, changed by compare-and-swap on its resourceVersion.
 * Source of the pattern: k8s.io/client-go tools/leaderelection
 */
export function createLeaseLedger(options: LeaseLedgerOptions): Ledger {
  const { writer, namespace, key, now = Date.now } = options;
  const lease = { resource: "leases", namespace, name: LEASE_NAME } as const;
  const dryRun = false;

  const entriesOf = (found: ObjectOf<"leases"> | undefined): readonly Entry[] =>
    parseEntries(found?.metadata.annotations?.[ANNOTATION], key);

  const store = async (found: ObjectOf<"leases"> | undefined, entries: readonly Entry[]): Promise<void> => {
    const at = now();
    const content = {
      metadata: { annotations: { [ANNOTATION]: printEntries(entries, key, at) } },
      spec: { holderIdentity: options.identity, renewTime: microTime(at) },
    };
    if (!found) {
      const { apiVersion, kind } = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" };
      const metadata = { ...content.metadata, name: LEASE_NAME, namespace };
      await writer.create(lease, { apiVersion, kind, ...content, metadata }, { dryRun });
      return;
    }
    const { uid = "", resourceVersion = "" } = found.metadata;
    await writer.patch(lease, { type: "merge", value: content }, { uid, resourceVersion }, { dryRun });
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
      const found = await reached(writer.get(lease), namespace);
      const entries = change(entriesOf(found), now());
      try {
        return await store(found, entries);
      } catch (error) {
        const isLost = error instanceof ClusterError && error.code === "conflict";
        if (!isLost || attempt >= TRIES) throw unavailable(error, namespace);
        await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 10 * 2 ** attempt));
      }
    }
  };

  return {
    read: async () => entriesOf(await reached(writer.get(lease), namespace)),
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

function unavailable(error: unknown, namespace: string): Error {
  if (!(error instanceof ClusterError)) return error instanceof Error ? error : new Error(String(error));
  return new RemediationError(
    "ledger_unavailable",
    `Nothing is written, because the record of actions cannot be kept in Lease ${namespace}/${LEASE_NAME}: ${error.message} The server needs get, create and patch on leases there; another namespace is chosen with --state-namespace.`,
    { cause: error },
  );
}

/** MicroTime as the API wants it: six digits. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
