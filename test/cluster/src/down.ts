import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { destroyCgroups, memberPids } from "./cgroups.ts";
import { removeDevices, restoreSysctls } from "./devices.ts";
import { ClusterError, messageOf } from "./errors.ts";
import { isPresent } from "./inspect.ts";
import { removeRules } from "./iptables.ts";
import { files, stateDir } from "./layout.ts";
import { withLock } from "./lock.ts";
import { mountsUnder, unmountAll } from "./mounts.ts";
import { progress } from "./report.ts";

/** Takes the cluster down, also one that was left behind half started. */
export async function down(): Promise<void> {
  const onWait = (holder: string) => progress(`waiting for ${holder}`);
  await withLock({ file: files.lock, purpose: "cluster down", waitMs: 120_000, onWait }, async () => {
    if (!isPresent() && memberPids().length === 0) {
      progress("no cluster is up");
      return;
    }
    await tearDown();
    progress("the cluster is down");
  });
}

/** Removes all that the cluster left on the machine. Each step runs, even if one before it failed. */
export async function tearDown(): Promise<void> {
  const strays = strayFiles();
  const failures: string[] = [];
  const steps: readonly (() => unknown)[] = [
    destroyCgroups,
    () => unmountAll(stateDir),
    removeDevices,
    removeRules,
    restoreSysctls,
    () => removeFiles(strays),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  if (failures.length > 0) throw new ClusterError(`the cluster is not wholly gone:\n${failures.join("\n")}`);
}

/** What containerd, the CNI plugins and the kubelet write outside of the state folder, whatever their configuration. */
function strayFiles(): string[] {
  const tasks = join(files.containerd, "state", "io.containerd.runtime.v2.task", "k8s.io");
  const shimSockets = list(tasks).map((id) =>
    read(join(tasks, id, "address"))
      .replace("unix://", "")
      .trim(),
  );
  const logLinks = inFolder("/var/log/containers").filter((path) =>
    linkTarget(path).startsWith(`${stateDir}/`),
  );
  const cniResults = inFolder("/var/lib/cni/results").filter((path) => read(path).includes(`${stateDir}/`));
  return [...shimSockets.filter((path) => path.startsWith("/run/containerd/s/")), ...logLinks, ...cniResults];
}

function removeFiles(strays: readonly string[]): void {
  for (const path of strays) rmSync(path, { force: true });
  // Deleting through a mount would delete what a Pod had mounted from the machine.
  const mounts = mountsUnder(stateDir, readFileSync("/proc/self/mountinfo", "utf8"));
  if (mounts.length > 0) throw new ClusterError(`${stateDir} stays: it still has mounts`);
  rmSync(stateDir, { recursive: true, force: true });
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

const inFolder = (folder: string) => list(folder).map((name) => join(folder, name));

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
