import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AuditError, unavailable } from "./errors.ts";

/** What is needed of an open file; a test puts a failing one in its place. */
export type AuditHandle = Pick<FileHandle, "write" | "sync" | "truncate" | "stat" | "close">;

/** Creates a file for writing; fails when it exists. */
export type OpenAuditFile = (file: string) => Promise<AuditHandle>;

/** A file that only grows, by whole pieces: each is on the disk, or not in the file. */
export interface AppendOnlyFile {
  /** @throws AuditError the piece is not in the file */
  append(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Systems that cannot synchronise a directory store its entries by themselves. */
const NO_DIRECTORY_SYNC: ReadonlySet<unknown> = new Set(["EISDIR", "EPERM", "EINVAL", "ENOTSUP"]);

/** Opens for its owner only. */
export async function createAuditFile(file: string): Promise<AuditHandle> {
  return await open(file, "wx", 0o600);
}

/** Makes the directory, for its owner only, and what is missing above it. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const top = dirname(first);
  for (let made = directory; made !== top && made !== dirname(made); made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

/** Puts the names in a directory on the disk: without it, a crash may lose a file whose content was synchronised. */
export async function syncDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory);
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!(error instanceof Error && "code" in error && NO_DIRECTORY_SYNC.has(error.code))) throw error;
  }
}

/** Not for calls at the same time: the caller waits for each. */
export function appendOnly(file: string, handle: AuditHandle): AppendOnlyFile {
  let length = 0;
  let isBroken = false;

  const takeBack = async (): Promise<void> => {
    try {
      await handle.truncate(length);
      await handle.sync();
    } catch {
      isBroken = true;
    }
  };

  return {
    async append(bytes) {
      if (isBroken) throw broken();
      try {
        await writeAll(handle, bytes, length);
        await handle.sync();
        await assertInPlace(file, handle);
      } catch (error) {
        await takeBack();
        throw unavailable(error);
      }
      length += bytes.length;
    },
    async close() {
      await handle.close();
    },
  };
}

async function writeAll(handle: AuditHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    if (bytesWritten === 0) throw Object.assign(new Error("nothing was written"), { code: "EIO" });
    done += bytesWritten;
  }
}

/** An open file that was deleted takes writes like any other, and nobody will ever read them. */
async function assertInPlace(file: string, handle: AuditHandle): Promise<void> {
  const [named, opened] = await Promise.all([stat(file), handle.stat()]);
  if (named.ino === opened.ino && named.dev === opened.dev) return;
  throw Object.assign(new Error("another file has taken the name"), { code: "ENOENT" });
}

function broken(): AuditError {
  const message =
    "The audit log is broken: a record that failed could not be taken back. Restart the server, so that it begins a new file.";
  return new AuditError("audit_broken", message);
}
