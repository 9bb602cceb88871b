import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ClusterError } from "./errors.ts";
import { cgroupName } from "./layout.ts";
import { parseMountinfo } from "./mounts.ts";

/** The mounted hierarchies the kubelet will use: one of version 2, or several of version 1. */
export function hierarchies(mountinfo: string = readFileSync("/proc/self/mountinfo", "utf8")): string[] {
  const mounts = parseMountinfo(mountinfo).filter((mount) => mount.path.startsWith("/sys/fs/cgroup"));
  const unified = mounts.find((mount) => mount.path === "/sys/fs/cgroup" && mount.type === "cgroup2");
  if (unified) return [unified.path];
  // Beside version 1 a machine may have version 2 without controllers, and runc makes its folders there too.
  return mounts.filter(({ type }) => type === "cgroup" || type === "cgroup2").map((mount) => mount.path);
}

const isVersion2 = () => existsSync("/sys/fs/cgroup/cgroup.controllers");

/** Makes the cgroup that holds all Pods and components, so that `down` finds each process it may end. */
export function createCgroups(): void {
  for (const hierarchy of hierarchies()) {
    const parent = join(hierarchy, cgroupName);
    if (isVersion2()) {
      delegateControllers(hierarchy);
      mkdirSync(parent, { recursive: true });
      delegateControllers(parent);
    }
    mkdirSync(join(parent, "components"), { recursive: true });
  }
}

function delegateControllers(folder: string): void {
  const available = readFileSync(join(folder, "cgroup.controllers"), "utf8").trim().split(/\s+/);
  for (const controller of available) writeFileSync(join(folder, "cgroup.subtree_control"), `+${controller}`);
}

/** The cgroup that a component enters: membership in one hierarchy is enough to find it again. */
export function componentsCgroup(): string {
  const all = hierarchies();
  const tracked = all.find((path) => path.endsWith("/pids")) ?? all[0];
  if (tracked === undefined) throw new ClusterError("no cgroup hierarchy is mounted under /sys/fs/cgroup");
  return join(tracked, cgroupName, "components");
}

/** Every pid inside the cluster's cgroup, Pods included. */
export function memberPids(): number[] {
  const pids = new Set<number>();
  for (const folder of allFolders()) {
    for (const line of readProcs(folder)) pids.add(Number(line));
  }
  pids.delete(0);
  return [...pids];
}

/** Ends every process of the cluster and removes its cgroups. */
export async function destroyCgroups(): Promise<void> {
  const until = Date.now() + 15_000;
  for (let pids = memberPids(); pids.length > 0; pids = memberPids()) {
    if (Date.now() > until) throw new ClusterError(`processes of the cluster do not end: ${pids.join(", ")}`);
    for (const pid of pids) kill(pid);
    await sleep(50);
  }
  // Deepest first. The kernel may need a moment after the last process is gone.
  for (;;) {
    const folders = allFolders().sort((a, b) => b.length - a.length);
    if (folders.length === 0) return;
    let failure: unknown;
    for (const folder of folders) {
      try {
        rmdirSync(folder);
      } catch (error) {
        failure = error;
      }
    }
    if (failure === undefined) return;
    if (Date.now() > until) throw failure;
    await sleep(50);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

function readProcs(folder: string): string[] {
  try {
    return readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}

function allFolders(): string[] {
  return hierarchies()
    .map((hierarchy) => join(hierarchy, cgroupName))
    .flatMap(foldersUnder);
}

function foldersUnder(folder: string): string[] {
  try {
    const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [folder, ...children.flatMap((entry) => foldersUnder(join(folder, entry.name)))];
  } catch {
    return [];
  }
}
