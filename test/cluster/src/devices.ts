import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ClusterError } from "./errors.ts";
import { files, network } from "./layout.ts";
import { mustRun, run } from "./run.ts";

/** Kernel settings that the kubelet, the CNI plugins or we change, as files under /proc/sys. */
const sysctls = [
  "net/ipv4/ip_forward",
  "net/bridge/bridge-nf-call-iptables",
  "net/ipv4/conf/all/route_localnet",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
] as const;

interface Link {
  readonly ifname: string;
  readonly master?: string;
}

/** Makes the device with the address at which Pods reach the API server. */
export async function createApiDevice(): Promise<void> {
  const failure = await run("ip", ["link", "add", network.apiDevice, "type", "bridge"]);
  if (failure.code !== 0) {
    throw new ClusterError(
      `the kernel refuses a bridge device (${failure.stderr.trim()}); the cluster needs one`,
    );
  }
  await mustRun("ip", ["address", "add", `${network.apiAddress}/32`, "dev", network.apiDevice]);
  await mustRun("ip", ["link", "set", network.apiDevice, "up"]);
}

/** Removes the cluster's devices, and every Pod's end of a pair that hangs on them. */
export async function removeDevices(): Promise<void> {
  const listed = await run("ip", ["-json", "link", "show"]);
  if (listed.code !== 0) return;
  const links = JSON.parse(listed.stdout || "[]") as Link[];
  // A Pod's pair may vanish with its network namespace at any moment: then there is nothing left to delete.
  for (const name of clusterLinks(links)) await run("ip", ["link", "delete", name]);
}

/** The cluster's network devices, those attached to a bridge before the bridge itself. */
export function clusterLinks(links: readonly Link[]): string[] {
  const own: readonly string[] = [network.podDevice, network.apiDevice];
  const attached = links.filter((link) => link.master !== undefined && own.includes(link.master));
  return [...attached, ...links.filter((link) => own.includes(link.ifname))].map((link) => link.ifname);
}

/** Remembers the kernel's settings, then sets what the Pod network needs. */
export async function prepareSysctls(): Promise<void> {
  // Replies between two Pods on one bridge pass iptables only with this module; it may be built in.
  if (!existsSync("/proc/sys/net/bridge")) await run("modprobe", ["br_netfilter"]);
  const before = Object.fromEntries(sysctls.map((name) => [name, read(name)]));
  writeFileSync(files.sysctls, JSON.stringify(before));
  write("net/ipv4/ip_forward", "1");
  write("net/bridge/bridge-nf-call-iptables", "1");
}

/** Sets the kernel back to what `prepareSysctls` found. */
export function restoreSysctls(): void {
  if (!existsSync(files.sysctls)) return;
  const before = JSON.parse(readFileSync(files.sysctls, "utf8")) as Record<string, string | null>;
  for (const [name, value] of Object.entries(before)) {
    if (value !== null && read(name) !== value) write(name, value);
  }
}

function read(name: string): string | null {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    writeFileSync(`/proc/sys/${name}`, value);
  } catch {
    // Read-only or absent: the cluster works without, or says itself what it lacks.
  }
}
