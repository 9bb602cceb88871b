import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { dump } from "js-yaml";
import { ClusterError } from "../errors.ts";

/** A directory in the making: invisible under its final name until it is committed. */
export interface RecordingDirectory {
  /** @param path segments below the directory; the caller has checked them */
  writeYaml(path: readonly string[], value: unknown): Promise<void>;
  writeText(path: readonly string[], text: string): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Makes a directory beside the wanted one; both are readable by their owner only.
 * @throws ClusterError `rejected` when the wanted directory exists and is not empty
 */
export async function openRecordingDirectory(out: string): Promise<RecordingDirectory> {
  const target = resolve(out);
  await assertEmptyOrAbsent(target);
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(join(parent, `.${basename(target)}-`));
  const writeText = async (path: readonly string[], text: string): Promise<void> => {
    const file = join(draft, ...path);
    await mkdir(dirname(file), { recursive: true, mode: DIRECTORY_MODE });
    await writeFile(file, text, { mode: FILE_MODE, flag: "wx" });
  };
  return {
    writeText,
    writeYaml: (path, value) => writeText(path, dump(value, { lineWidth: -1, noRefs: true })),
    commit: async () => {
      await rmdir(target).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw notEmpty(out);
      });
      await rename(draft, target);
    },
    discard: () => rm(draft, { recursive: true, force: true }),
  };
}

async function assertEmptyOrAbsent(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw notEmpty(directory);
  });
  if (entries.length > 0) throw notEmpty(directory);
}

function notEmpty(directory: string): ClusterError {
  return new ClusterError(
    "rejected",
    `${directory} exists and is not an empty directory. Choose another one, so that nothing is overwritten.`,
  );
}
