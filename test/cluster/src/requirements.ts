import { accessSync, constants, existsSync } from "node:fs";
import { hierarchies } from "./cgroups.ts";
import { ClusterError } from "./errors.ts";
import { goDirectives } from "./go-modules.ts";
import { packagesOf } from "./packages.ts";
import { run } from "./run.ts";

/** What of this machine decides whether it can run the cluster. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly uid: number;
  /** The output of `go env GOVERSION`, or undefined when there is no Go. */
  readonly goVersion: string | undefined;
  readonly neededGoVersion: string;
  readonly hasCgroups: boolean;
  readonly cgroupsWritable: boolean;
  readonly missingPackages: readonly string[];
  readonly hasApt: boolean;
}

/** Everything that keeps a machine from running the cluster, each as one sentence. */
export function missingRequirements(machine: Machine): string[] {
  const missing: string[] = [];
  if (machine.platform !== "linux") missing.push(`Linux: this is ${machine.platform}`);
  if (machine.arch !== "x64" && machine.arch !== "arm64")
    missing.push(`an amd64 or arm64 machine: this is ${machine.arch}`);
  if (machine.uid !== 0) missing.push("root: the kubelet mounts volumes and makes network devices");
  if (machine.goVersion === undefined) {
    missing.push(`Go ${machine.neededGoVersion} or newer on PATH: the binaries are built from source`);
  } else if (compareGoVersions(machine.goVersion, machine.neededGoVersion) < 0) {
    missing.push(`Go ${machine.neededGoVersion} or newer: this is ${machine.goVersion}`);
  }
  if (machine.platform !== "linux") return missing;
  if (!machine.hasCgroups) missing.push("cgroups mounted under /sys/fs/cgroup");
  else if (machine.uid === 0 && !machine.cgroupsWritable) {
    missing.push("writable cgroups: /sys/fs/cgroup is read-only, as in a container that is not privileged");
  }
  if (machine.missingPackages.length > 0 && !machine.hasApt) {
    missing.push(
      `apt-get, to install ${machine.missingPackages.join(" ")}; or install the equivalent yourself`,
    );
  }
  return missing;
}

/** Compares versions as `go env GOVERSION` prints them: negative when the first is older. */
export function compareGoVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number)) as [
    number[],
    number[],
  ];
  for (let at = 0; at < 3; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Ends with exit code 2 unless this process can work with a cluster of this machine. */
export function requireRoot(): void {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new ClusterError("the test cluster belongs to root on a Linux machine: run this as root there", 2);
  }
}

/** Ends with exit code 2 and one message about all that is missing, or returns Go's version. */
export async function checkRequirements(): Promise<{ goVersion: string }> {
  const machine = await inspectMachine();
  const missing = missingRequirements(machine);
  if (missing.length > 0) {
    throw new ClusterError(
      `this machine cannot run the test cluster. It needs:\n${missing.map((line) => `  - ${line}`).join("\n")}`,
      2,
    );
  }
  return { goVersion: machine.goVersion ?? "" };
}

async function inspectMachine(): Promise<Machine> {
  const isLinux = process.platform === "linux";
  const go = await run("go", ["env", "GOVERSION"]);
  const cgroups = isLinux ? hierarchies() : [];
  return {
    platform: process.platform,
    arch: process.arch,
    uid: process.getuid?.() ?? -1,
    goVersion: go.code === 0 ? go.stdout.trim() : undefined,
    neededGoVersion: goDirectives().sort(compareGoVersions).at(-1) ?? "",
    hasCgroups: cgroups.length > 0,
    cgroupsWritable: cgroups.every(isWritable),
    missingPackages: isLinux ? packagesOf().missing : [],
    hasApt: existsSync("/usr/bin/apt-get"),
  };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
