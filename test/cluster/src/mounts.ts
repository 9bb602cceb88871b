import { readFileSync } from "node:fs";
import { ClusterError } from "./errors.ts";
import { run } from "./run.ts";

export interface Mount {
  readonly path: string;
  readonly type: string;
}

/** Parses /proc/self/mountinfo, whose paths write spaces and the like as octal. */
export function parseMountinfo(text: string): Mount[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [before = "", after = ""] = line.split(" - ");
      const path = (before.split(" ")[4] ?? "").replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
      return { path, type: after.split(" ")[0] ?? "" };
    });
}

/** The mount points at or below a folder, the innermost first. */
export function mountsUnder(folder: string, mountinfo: string): string[] {
  return parseMountinfo(mountinfo)
    .map((mount) => mount.path)
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .reverse();
}

/** Unmounts all that is mounted below a folder, however busy. */
export async function unmountAll(folder: string): Promise<void> {
  // One mount may be stacked on another: read the table again until it holds nothing more.
  for (let attempt = 0; attempt < 5; attempt++) {
    const mounts = currentMounts(folder);
    if (mounts.length === 0) return;
    for (let at = 0; at < mounts.length; at += 50) await run("umount", ["-l", ...mounts.slice(at, at + 50)]);
  }
  const left = currentMounts(folder);
  if (left.length > 0) throw new ClusterError(`cannot unmount:\n${left.join("\n")}`);
}

function currentMounts(folder: string): string[] {
  return mountsUnder(folder, readFileSync("/proc/self/mountinfo", "utf8"));
}
