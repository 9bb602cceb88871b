import { fileURLToPath } from "node:url";

/** The recording that `--snapshot sample` means: it ships beside the code. */
export function recordingPath(snapshot: string): string {
  return snapshot === "sample" ? fileURLToPath(new URL("../sample/", import.meta.url)) : snapshot;
}
