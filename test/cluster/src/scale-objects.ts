/** How the imitated part of the cluster is to look. */
export interface Scale {
  readonly nodes: number;
  readonly pods: number;
}

export interface ScaledPod {
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
}

/** Marks every object that `scale` made. */
export const scaleLabel = { "k8s-ops-mcp/scale": "true" } as const;
export const scaleSelector = "k8s-ops-mcp%2Fscale%3Dtrue";

const namespaceCount = 10;
const number = (value: number, digits: number) => value.toString().padStart(digits, "0");

/** The names of the nodes. */
export function scaleNodes({ nodes }: Scale): string[] {
  return Array.from({ length: nodes }, (_, index) => `scale-node-${number(index, 4)}`);
}

/** The namespaces that the Pods are spread over. */
export function scaleNamespaces({ pods }: Scale): string[] {
  return Array.from({ length: Math.min(pods, namespaceCount) }, (_, index) => `scale-${number(index, 2)}`);
}

/** The Pods, spread evenly over nodes and namespaces. */
export function scalePods(scale: Scale): ScaledPod[] {
  const nodes = scaleNodes(scale);
  const namespaces = scaleNamespaces(scale);
  return Array.from({ length: scale.pods }, (_, index) => ({
    name: `app-${number(index, 5)}`,
    namespace: namespaces[index % namespaces.length] ?? "",
    node: nodes[Math.floor((index * nodes.length) / scale.pods)] ?? "",
  }));
}

/** A node for kwok to imitate. The taint keeps the scheduler from placing real Pods on it. */
export function nodeObject(name: string) {
  const resources = { cpu: "32", memory: "256Gi", pods: "1000", "ephemeral-storage": "500Gi" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        ...scaleLabel,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
      },
      annotations: { "kwok.x-k8s.io/node": "fake", "node.alpha.kubernetes.io/ttl": "0" },
    },
    spec: { taints: [{ key: "kwok.x-k8s.io/node", value: "fake", effect: "NoSchedule" }] },
    status: { allocatable: resources, capacity: resources },
  };
}

/** A Pod that is bound already: the scheduler has nothing to do with it. */
export function podObject({ name, namespace, node }: ScaledPod) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { ...scaleLabel, app: `app-${name.slice(-5, -2)}` } },
    spec: {
      nodeName: node,
      automountServiceAccountToken: false,
      containers: [
        {
          name: "app",
          image: "registry.local/app:1.0",
          resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
        },
      ],
    },
  };
}
