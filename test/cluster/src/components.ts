import { join } from "node:path";
import { stagesFile } from "./binaries.ts";
import { configFiles } from "./config-files.ts";
import { kubeconfigFile } from "./credentials.ts";
import { files, network, nodeName } from "./layout.ts";

/** Where a component says whether it is healthy. */
export type HealthCheck = { readonly url: string } | { readonly socket: string };

export interface Component {
  readonly name: string;
  readonly argv: readonly string[];
  readonly health: HealthCheck;
  /** TCP ports of 127.0.0.1, or of every address, that it needs for itself. */
  readonly ports: readonly number[];
}

const bin = (name: string) => join(files.bin, name);

const etcd: Component = {
  name: "etcd",
  argv: [
    bin("etcd"),
    `--data-dir=${files.etcd}`,
    "--listen-client-urls=http://127.0.0.1:2379",
    "--advertise-client-urls=http://127.0.0.1:2379",
    "--listen-peer-urls=http://127.0.0.1:2380",
    "--initial-advertise-peer-urls=http://127.0.0.1:2380",
    "--initial-cluster=default=http://127.0.0.1:2380",
    "--listen-metrics-urls=http://127.0.0.1:2381",
    // The data lives no longer than the cluster: waiting for the disk would only cost time.
    "--unsafe-no-fsync",
    "--log-level=warn",
  ],
  health: { url: "http://127.0.0.1:2381/health" },
  ports: [2379, 2380, 2381],
};

const containerd: Component = {
  name: "containerd",
  argv: ["containerd", "--config", configFiles.containerd],
  health: { socket: files.containerdSocket },
  ports: [],
};

const apiServer: Component = {
  name: "kube-apiserver",
  argv: [
    bin("kube-apiserver"),
    "--etcd-servers=http://127.0.0.1:2379",
    "--bind-address=0.0.0.0",
    `--secure-port=${network.apiPort}`,
    `--advertise-address=${network.apiAddress}`,
    `--cert-dir=${files.pki}`,
    `--token-auth-file=${files.tokens}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged=true",
    `--service-cluster-ip-range=${network.serviceCidr}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    "--kubelet-preferred-address-types=Hostname",
    "--delete-collection-workers=16",
    "--profiling=false",
  ],
  health: { url: `https://localhost:${network.apiPort}/readyz` },
  ports: [network.apiPort],
};

const controllerManager: Component = {
  name: "kube-controller-manager",
  argv: [
    bin("kube-controller-manager"),
    `--kubeconfig=${kubeconfigFile("kube-controller-manager")}`,
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.apiServerCertificate}`,
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
    "--horizontal-pod-autoscaler-sync-period=5s",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
    "--profiling=false",
  ],
  health: { url: "https://127.0.0.1:10257/healthz" },
  ports: [10257],
};

const scheduler: Component = {
  name: "kube-scheduler",
  argv: [
    bin("kube-scheduler"),
    `--kubeconfig=${kubeconfigFile("kube-scheduler")}`,
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
    "--profiling=false",
  ],
  health: { url: "https://127.0.0.1:10259/healthz" },
  ports: [10259],
};

const kubelet: Component = {
  name: "kubelet",
  argv: [
    bin("kubelet"),
    `--config=${configFiles.kubelet}`,
    `--kubeconfig=${kubeconfigFile("kubelet")}`,
    `--root-dir=${files.kubelet}`,
    `--cert-dir=${join(files.kubelet, "pki")}`,
    `--hostname-override=${nodeName}`,
    `--node-ip=${network.apiAddress}`,
  ],
  health: { url: "http://127.0.0.1:10248/healthz" },
  ports: [10248, 10250],
};

const kubeProxy: Component = {
  name: "kube-proxy",
  argv: [bin("kube-proxy"), `--config=${configFiles.kubeProxy}`],
  health: { url: "http://127.0.0.1:10256/healthz" },
  ports: [10249, 10256],
};

/** Imitates nodes and their Pods; `scale` starts it when it is first needed. */
export const kwok: Component = {
  name: "kwok",
  argv: [
    bin("kwok"),
    `--kubeconfig=${kubeconfigFile("kwok")}`,
    `--config=${configFiles.kwok}`,
    `--config=${bin(stagesFile)}`,
    "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
    "--cidr=10.128.0.0/9",
    "--node-lease-duration-seconds=40",
    "--server-address=127.0.0.1:10247",
  ],
  health: { url: "http://127.0.0.1:10247/healthz" },
  ports: [10247],
};

/** In the order of start: a group starts at once, when all before it are healthy. */
export const startOrder: readonly (readonly Component[])[] = [
  [etcd, containerd, apiServer],
  [controllerManager, scheduler, kubelet, kubeProxy],
];

/** Every component, kwok included. */
export const components: readonly Component[] = [...startOrder.flat(), kwok];
