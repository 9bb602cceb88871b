import { lstat, readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { ClusterError } from "../errors.ts";

const MAX_FILES = 50_000;
const MAX_BYTES = 256 * 1024 * 1024;

export interface RecordedFile {
  /** Relative to the recording, with `/`. */
  readonly path: string;
  readonly absolute: string;
}

/** The files of a recording, sorted; a single file is a recording of one file. Symbolic links are not followed. */
export async function listFiles(root: string): Promise<readonly RecordedFile[]> {
  const info = await stat(root).catch(() => {
    throw new ClusterError(
      "malformed_recording",
      `The recording ${basename(root)} does not exist or cannot be read.`,
    );
  });
  if (info.isFile()) return [{ path: basename(root), absolute: root }];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (files.length > MAX_FILES) {
    throw new ClusterError("malformed_recording", `The recording has more than ${MAX_FILES} files.`);
  }
  return files
    .map((absolute) => ({ path: relative(root, absolute).split(sep).join("/"), absolute }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @throws ClusterError `malformed_recording` when it is too large to be one */
export async function readText(file: RecordedFile): Promise<string> {
  const { size } = await lstat(file.absolute);
  if (size > MAX_BYTES) {
    throw new ClusterError(
      "malformed_recording",
      `${file.path} is larger than ${MAX_BYTES / 1024 / 1024} MiB.`,
    );
  }
  return readFile(file.absolute, "utf8");
}
