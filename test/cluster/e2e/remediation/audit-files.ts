import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** As much of an audit record as tests look at. */
export interface AuditLine {
  readonly event: string;
  readonly action_id?: string;
  readonly outcome?: string;
  readonly object?: { readonly name: string; readonly uid?: string };
  readonly writes?: readonly string[];
  readonly codes?: readonly string[];
}

/** The files of the audit logs below a state directory. */
export function auditFiles(state: string): readonly string[] {
  const directory = join(state, "audit");
  try {
    return readdirSync(directory)
      .map((name) => join(directory, name))
      .sort();
  } catch {
    return [];
  }
}

/** All records, those of a line that is being written left out. */
export function auditLines(files: readonly string[]): readonly AuditLine[] {
  return files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as AuditLine);
  });
}
