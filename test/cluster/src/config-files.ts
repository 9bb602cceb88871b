import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kubeconfigFile } from "./credentials.ts";
import { pauseImage } from "./image-table.ts";
import { cgroupName, files, network, nodeName } from "./layout.ts";
import { cniBinDir } from "./packages.ts";

export const configFiles = {
  kubelet: join(files.config, "kubelet.json"),
  kubeProxy: join(files.config, "kube-proxy.json"),
  containerd: join(files.config, "containerd.toml"),
  cni: join(files.cniConfig, "10-k8s-ops.conflist"),
  kwok: join(files.config, "kwok.json"),
} as const;

/**
 * Registries that Pods on the node's network can play, by the port of 127.0.0.1 that they listen on: so a pull can be
 * answered with "no such image" or "unauthorized". Without such a Pod they refuse connections.
 */
export const registries = {
  "registry.local": 31_500,
  "private.registry.local": 31_501,
  "registry.shop.example": 31_510,
} as const;

/** Writes the configuration of every component that takes a file. */
export function writeConfigFiles(): void {
  mkdirSync(files.config, { recursive: true });
  mkdirSync(files.cniConfig, { recursive: true });
  writeFileSync(configFiles.kubelet, JSON.stringify(kubeletConfig(), null, 2));
  writeFileSync(configFiles.kubeProxy, JSON.stringify(kubeProxyConfig(), null, 2));
  writeFileSync(configFiles.kwok, JSON.stringify(kwokConfig(), null, 2));
  writeFileSync(configFiles.containerd, containerdConfig(cniBinDir()));
  writeFileSync(configFiles.cni, JSON.stringify(cniConfig(), null, 2));
  for (const [registry, port] of Object.entries(registries)) {
    const folder = join(files.registries, registry);
    mkdirSync(folder, { recursive: true });
    const url = `http://127.0.0.1:${port}`;
    // containerd heeds a plain-HTTP server only when it is named as a host, too.
    const hosts = `server = "${url}"\n\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`;
    writeFileSync(join(folder, "hosts.toml"), hosts);
  }
}

/** The kubelet's configuration; JSON is YAML too. */
export function kubeletConfig() {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    // Only on loopback, where the API server calls it for logs and exec: Pods cannot reach it.
    address: "127.0.0.1",
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: "AlwaysAllow" },
    containerRuntimeEndpoint: `unix://${files.containerdSocket}`,
    podLogsDir: files.podLogs,
    volumePluginDir: join(files.kubelet, "volume-plugins"),
    clusterDNS: [network.dnsAddress],
    clusterDomain: "cluster.local",
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroupName}`,
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    makeIPTablesUtilChains: false,
    // Lowering it needs a capability that root may lack.
    oomScoreAdj: 0,
    maxPods: 250,
    serializeImagePulls: false,
    // Without these limits a burst of failing pulls reports "QPS exceeded" instead of its cause, and events get lost.
    registryPullQPS: 0,
    eventRecordQPS: 0,
    // The disk belongs to the machine: its fill level must not become the node's DiskPressure.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      "memory.available": "50Mi",
      "nodefs.available": "50Mi",
      "nodefs.inodesFree": "100",
      "imagefs.available": "50Mi",
      "imagefs.inodesFree": "100",
    },
  };
}

/** kube-proxy's configuration. */
export function kubeProxyConfig() {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    hostnameOverride: nodeName,
    clientConnection: { kubeconfig: kubeconfigFile("kube-proxy") },
    clusterCIDR: network.podCidr,
    healthzBindAddress: "127.0.0.1:10256",
    metricsBindAddress: "127.0.0.1:10249",
    oomScoreAdj: 0,
    // Zero leaves the machine's own conntrack settings alone; `localhostNodePorts` would change another.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
    iptables: { localhostNodePorts: false, minSyncPeriod: "200ms" },
  };
}

/** kwok's configuration: with its own four workers, ten thousand Pods would take more than a minute. */
export function kwokConfig() {
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokConfiguration",
    // kwok takes a number that is left out for zero, and refuses it.
    options: {
      podPlayStageParallelism: 32,
      nodePlayStageParallelism: 16,
      nodeLeaseParallelism: 16,
      podsOnNodeSyncParallelism: 16,
    },
  };
}

/** Pods on a bridge of ours, with addresses that are handed out from a file. */
export function cniConfig() {
  return {
    cniVersion: "1.0.0",
    name: "k8s-ops-test",
    plugins: [
      {
        type: "bridge",
        bridge: network.podDevice,
        isGateway: true,
        // A Pod may reach itself through its own Service.
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: files.cniData,
          ranges: [[{ subnet: network.podCidr }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  };
}

/** containerd's configuration, with every path inside the state folder. */
export function containerdConfig(cniBin: string): string {
  const path = (...parts: string[]) => JSON.stringify(join(files.containerd, ...parts));
  return `version = 2
root = ${path("root")}
state = ${path("state")}
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
]

[grpc]
  address = ${JSON.stringify(files.containerdSocket)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${path("opt")}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${JSON.stringify(pauseImage)}
  netns_mounts_under_state_dir = true
  # Without CAP_SYS_RESOURCE the score cannot be lowered, and every sandbox would fail.
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"

  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = ${JSON.stringify(files.registries)}

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${JSON.stringify(cniBin)}
    conf_dir = ${JSON.stringify(files.cniConfig)}

  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = ${path("runc")}
        SystemdCgroup = false
`;
}
