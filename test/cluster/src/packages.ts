import { existsSync } from "node:fs";
import { ClusterError } from "./errors.ts";
import { progress } from "./report.ts";
import { lastLines, run } from "./run.ts";

/** Debian packages, and the file by which each is known to be there, however it was installed. */
const packages = [
  { name: "containerd", files: ["/usr/bin/containerd", "/usr/local/bin/containerd"] },
  { name: "runc", files: ["/usr/sbin/runc", "/usr/bin/runc", "/usr/local/sbin/runc"] },
  { name: "containernetworking-plugins", files: ["/usr/lib/cni/bridge", "/opt/cni/bin/bridge"] },
  { name: "busybox-static", files: ["/usr/share/doc/busybox-static"] },
  { name: "iptables", files: ["/usr/sbin/iptables", "/sbin/iptables"] },
  { name: "iproute2", files: ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"] },
] as const;

/** Where the CNI plugins lie on this machine. */
export function cniBinDir(exists: (path: string) => boolean = existsSync): string {
  return exists("/usr/lib/cni/bridge") ? "/usr/lib/cni" : "/opt/cni/bin";
}

/** Which of the needed packages are missing. */
export function packagesOf(exists: (path: string) => boolean = existsSync): { missing: string[] } {
  return {
    missing: packages.filter(({ files }) => !files.some((file) => exists(file))).map(({ name }) => name),
  };
}

/** Installs what is missing, and removes nothing for it. */
export async function installPackages(): Promise<void> {
  const { missing } = packagesOf();
  if (missing.length === 0) return;
  progress(`installing ${missing.join(" ")}`);
  // Detached: a Ctrl-C in the midst of dpkg would leave packages half configured.
  const options = { detached: true, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const install = () =>
    run(
      "apt-get",
      [
        "install",
        "--yes",
        "--no-remove",
        "--no-install-recommends",
        "-o",
        "DPkg::Lock::Timeout=300",
        ...missing,
      ],
      options,
    );
  let result = await install();
  if (result.code !== 0) {
    // The usual reason is a list of packages that is too old.
    const update = await run("apt-get", ["update"], options);
    if (update.code === 0) result = await install();
  }
  if (result.code !== 0) {
    throw new ClusterError(
      `apt-get cannot install ${missing.join(" ")}:\n${lastLines(result.stderr || result.stdout, 15)}`,
    );
  }
}
