/**
 * Why the audit log could not do its work. Stable: callers branch on the code.
 *
 * - `audit_unavailable`: the record is not stored; worth another try once the disk or the directory is well again
 * - `audit_broken`: an earlier record could not be taken back after a failure; only a restart begins a new file
 * - `audit_record_too_large`: the record alone is larger than a line may be
 * - `audit_key_too_short`: the key protects nothing
 */
export type AuditErrorCode =
  | "audit_unavailable"
  | "audit_broken"
  | "audit_record_too_large"
  | "audit_key_too_short";

/** The only error class of the audit log. `message` is a sentence for a person, says the way out, and names no path. */
export class AuditError extends Error {
  override readonly name = "AuditError";
  readonly code: AuditErrorCode;

  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same record may be stored later without a restart. */
  get retryable(): boolean {
    return this.code === "audit_unavailable";
  }
}

const WAYS_OUT: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "the disk is full; free some space"],
  ["EDQUOT", "the disk quota is spent; free some space"],
  ["EIO", "the disk reports an error; replace it or move the audit directory"],
  ["EROFS", "the file system is read-only; mount it writable or move the audit directory"],
  ["EACCES", "this user may not write there; give it the audit directory"],
  ["EPERM", "this user may not write there; give it the audit directory"],
  ["ENOTDIR", "what is named as audit directory is a file; name a directory"],
  ["EEXIST", "what is named as audit directory is a file; name a directory"],
  ["ENOENT", "the audit directory or its file is gone; put it back, or restart the server"],
]);

/** An error of the file system as an audit error. The message of the cause holds paths and stays inside. */
export function unavailable(cause: unknown): AuditError {
  if (cause instanceof AuditError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  const why = WAYS_OUT.get(code) ?? "see that the audit directory can be written";
  return new AuditError("audit_unavailable", `The audit record cannot be stored (${code}): ${why}.`, {
    cause,
  });
}
