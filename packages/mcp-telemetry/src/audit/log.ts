import { randomBytes } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { assertKey, type Link, NO_HASH, seal } from "./chain.ts";
import { AuditError, unavailable } from "./errors.ts";
import {
  type AppendOnlyFile,
  type AuditHandle,
  appendOnly,
  createAuditFile,
  makeDirectory,
  type OpenAuditFile,
  syncDirectory,
} from "./file.ts";
import { afterDeadlines } from "./later.ts";
import {
  AUDIT_FORMAT,
  type AuditRecord,
  type OutcomeRecord,
  type StartRecord,
  type UnfinishedAction,
} from "./records.ts";
import { openActions } from "./recover.ts";

export interface AuditLogOptions {
  /** Made when it is missing. Several servers may share it: each writes a file of its own. */
  readonly directory: string;
  /** At least 16 bytes. With it, nobody without it can make a chain that fits. */
  readonly key?: Uint8Array;
  readonly now?: () => Date;
  /** Told, once, of actions that another server left within their deadline, when the outcome is recorded as unknown. */
  readonly onRecovered?: (actions: readonly UnfinishedAction[]) => void;
  /** Creates the log's file. For tests of disks that fail. */
  readonly open?: OpenAuditFile;
}

/** Where a log ends. A caller who remembers it elsewhere notices lines cut from the end, which no chain can tell. */
export interface AuditPosition extends Link {
  readonly file: string;
}

/** A file of records that nobody can change unnoticed. */
export interface AuditLog {
  /**
   * Stores a record. Resolves when it is on the disk; whoever writes to a cluster waits for that. Calls at the same time
   * are stored one after the other.
   *
   * @throws AuditError the record is not stored, and the chain is as before
   */
  append(record: AuditRecord): Promise<void>;
  /** The last record that is on the disk. */
  position(): AuditPosition;
  /** The actions of earlier servers whose outcome this log had to record as unknown when it was opened. */
  readonly recovered: readonly UnfinishedAction[];
  /** Waits for the records on their way. Later ones are refused. */
  close(): Promise<void>;
}

const ENDED_EARLY = "the server ended before the outcome was recorded";

/**
 * Begins a log of this process in a directory. What earlier servers left without an outcome, and is past its deadline,
 * gets the outcome `unknown`, once; of two servers that start at the same moment, both may say so. What is within its
 * deadline then is looked at again when that has passed.
 *
 * @throws AuditError the log cannot be written
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { key, now = () => new Date(), open = createAuditFile } = options;
  assertKey(key);
  const directory = resolve(options.directory);
  const file = join(directory, fileName(now()));
  let appender: AppendOnlyFile | undefined;
  try {
    appender = appendOnly(file, await create(file, open));
    const chain = chained(appender, { file, now, key });
    await chain.append(startRecord(key));
    const { overdue, running } = await openActions(directory, now(), file);
    for (const { action_id } of overdue) await chain.append(unknownOutcome(action_id));
    const callOff = afterDeadlines(running, now(), async () => {
      const waitedFor = new Set(running.map(({ action_id }) => action_id));
      const late = (await openActions(directory, now(), file)).overdue.filter(({ action_id }) =>
        waitedFor.has(action_id),
      );
      for (const { action_id } of late) await chain.append(unknownOutcome(action_id));
      if (late.length > 0) options.onRecovered?.(late);
    });
    return {
      ...chain,
      recovered: overdue,
      close() {
        callOff();
        return chain.close();
      },
    };
  } catch (error) {
    await appender?.close().catch(() => undefined);
    throw unavailable(error);
  }
}

async function create(file: string, open: OpenAuditFile): Promise<AuditHandle> {
  await makeDirectory(dirname(file));
  const handle = await open(file);
  await syncDirectory(dirname(file));
  return handle;
}

interface ChainOptions {
  readonly file: string;
  readonly now: () => Date;
  readonly key: Uint8Array | undefined;
}

function chained(appender: AppendOnlyFile, { file, now, key }: ChainOptions) {
  let last: Link = { seq: 0, hash: NO_HASH };
  let isClosed = false;
  let pending: Promise<void> = Promise.resolve();

  const store = async (record: AuditRecord | StartRecord): Promise<void> => {
    const { seq, hash, bytes } = seal(record, { time: now().toISOString(), after: last, key });
    await appender.append(bytes);
    last = { seq, hash };
  };

  return {
    async append(record: AuditRecord | StartRecord): Promise<void> {
      if (isClosed) throw closed();
      const stored = pending.then(() => store(record));
      pending = stored.catch(() => undefined);
      await stored;
    },
    position: (): AuditPosition => ({ file, ...last }),
    async close(): Promise<void> {
      if (isClosed) return;
      isClosed = true;
      await pending;
      await appender.close();
    },
  };
}

/** Sorts by time, and is valid on every file system. */
function fileName(time: Date): string {
  const stamp = time.toISOString().replace(/\.\d+/, "").replaceAll(/[:-]/g, "");
  return `${stamp}-${randomBytes(6).toString("hex")}.jsonl`;
}

function startRecord(key: Uint8Array | undefined): StartRecord {
  return { event: "start", format: AUDIT_FORMAT, algorithm: key ? "hmac-sha256" : "sha256" };
}

function unknownOutcome(action_id: string): OutcomeRecord {
  return { event: "outcome", action_id, outcome: "unknown", message: ENDED_EARLY };
}

function closed(): AuditError {
  return new AuditError("audit_broken", "The audit log is closed: the server is ending. Ask the next one.");
}
