import { homedir } from "node:os";
import { join } from "node:path";

/** Addresses and names are fixed: there is one such cluster on a machine. */
export const network = {
  /** A documentation address on a bridge of its own, so that Pods can reach the API server. */
  apiDevice: "k8s-ops-api",
  apiAddress: "198.51.100.1",
  apiPort: 6443,
  podDevice: "k8s-ops-pods",
  podCidr: "10.244.0.0/16",
  serviceCidr: "10.96.0.0/16",
  dnsAddress: "10.96.0.10",
} as const;

/** The name of the real node: the API server reaches the kubelet by it, on loopback. */
export const nodeName = "localhost";

/** The cgroup of everything that the cluster runs: Pods and components. */
export const cgroupName = "k8s-ops-mcp";

/** Where a running cluster keeps all of its files. `down` deletes this folder. */
export const stateDir = "/var/lib/k8s-ops-mcp-cluster";

export const files = {
  lock: `${stateDir}.lock`,
  adminKubeconfig: join(stateDir, "kubeconfig"),
  bin: join(stateDir, "bin"),
  /** Outside of the state folder, so that they can still be read after `down` or a failed `up`. */
  logs: "/var/log/k8s-ops-mcp-cluster",
  processes: join(stateDir, "processes"),
  config: join(stateDir, "config"),
  kubeconfigs: join(stateDir, "kubeconfigs"),
  credentials: join(stateDir, "credentials.json"),
  baseline: join(stateDir, "baseline.json"),
  sysctls: join(stateDir, "sysctls.json"),
  ready: join(stateDir, "ready"),
  tokens: join(stateDir, "pki", "tokens.csv"),
  serviceAccountKey: join(stateDir, "pki", "service-account.key"),
  serviceAccountPublicKey: join(stateDir, "pki", "service-account.pub"),
  /** The API server signs its own certificate here; clients take it as the CA. */
  apiServerCertificate: join(stateDir, "pki", "apiserver.crt"),
  pki: join(stateDir, "pki"),
  etcd: join(stateDir, "etcd"),
  containerd: join(stateDir, "containerd"),
  containerdSocket: join(stateDir, "containerd", "containerd.sock"),
  registries: join(stateDir, "containerd-registries"),
  cniConfig: join(stateDir, "cni", "net.d"),
  cniData: join(stateDir, "cni", "data"),
  kubelet: join(stateDir, "kubelet"),
  podLogs: join(stateDir, "pod-logs"),
  images: join(stateDir, "images.tar"),
} as const;

/** The folder for built binaries, which outlives every cluster. */
export function cacheDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "k8s-ops-mcp", "cluster");
}
