import type { KubeObject } from "@k8s-ops/k8s-cluster";

/** Any object, as YAML would say it. */
export type Loose = Readonly<Record<string, unknown>>;
type Owner = Loose & { readonly kind: string; readonly name: string };

export const SHOP = "shop";

/** An object; `more` holds further members of its metadata, beside spec and status. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  { spec, status, ...metadata }: Loose = {},
): KubeObject {
  const isClusterScoped = kind === "Node" || kind === "Namespace";
  const named = { name, namespace: isClusterScoped ? "" : SHOP, uid: `${kind}-${name}`, ...metadata };
  return {
    apiVersion,
    kind,
    metadata: named,
    ...(spec !== undefined && { spec }),
    ...(status !== undefined && { status }),
  } as unknown as KubeObject;
}

const APIS: Readonly<Record<string, string>> = {
  Job: "batch/v1",
  Node: "v1",
  Cluster: "postgresql.cnpg.io/v1",
};

export function ownedBy(kind: string, name: string, more: Loose = {}): { ownerReferences: readonly Owner[] } {
  const apiVersion = APIS[kind] ?? "apps/v1";
  return { ownerReferences: [{ apiVersion, kind, name, uid: `${kind}-${name}`, controller: true, ...more }] };
}

interface PodParts extends Loose {
  readonly ready?: boolean;
  readonly phase?: string;
  readonly node?: string;
  readonly volumes?: readonly Loose[];
}

/** A Ready Pod on Node `n1`, labelled `app: web`. */
export function pod(name: string, parts: PodParts = {}): KubeObject {
  const { ready = true, phase = "Running", node = "n1", volumes = [], ...metadata } = parts;
  return object("v1", "Pod", name, {
    labels: { app: "web" },
    ...metadata,
    spec: { nodeName: node, containers: [{ name: "app", image: "web:1" }], volumes },
    status: { phase, conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  });
}

/** Pods of ReplicaSet `web-1`, called `a`, `b`, … */
export function webPods(count: number, parts: PodParts = {}): readonly KubeObject[] {
  return [..."abcdefgh"]
    .slice(0, count)
    .map((letter) => pod(`web-1-${letter}`, { ...ownedBy("ReplicaSet", "web-1"), ...parts }));
}

const TEMPLATE = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "app", image: "web:1" }] },
};

interface WorkloadParts extends Loose {
  readonly replicas?: number;
  readonly ready?: number;
  readonly spec?: Loose;
  readonly status?: Loose;
}

function workload(kind: string, name: string, parts: WorkloadParts, status: Loose): KubeObject {
  const { replicas = 3, ready = replicas, spec, status: more, ...metadata } = parts;
  const selector = { matchLabels: { app: "web" } };
  return object("apps/v1", kind, name, {
    generation: 1,
    ...metadata,
    spec: { replicas, selector, template: TEMPLATE, ...spec },
    status: { observedGeneration: 1, replicas, readyReplicas: ready, ...status, ...more },
  });
}

/** A Deployment `web` that has rolled out. */
export function web(parts: WorkloadParts = {}): KubeObject {
  const { replicas = 3 } = parts;
  return workload("Deployment", "web", parts, { updatedReplicas: replicas });
}

/** ReplicaSet `web-1` of it. */
export function webSet(parts: WorkloadParts = {}): KubeObject {
  const { name = "web-1", ...rest } = parts as WorkloadParts & { name?: string };
  const annotations = { "deployment.kubernetes.io/revision": "2" };
  return workload("ReplicaSet", name, { annotations, ...ownedBy("Deployment", "web"), ...rest }, {});
}

/** A StatefulSet `db` that has rolled out. */
export function db(parts: WorkloadParts = {}): KubeObject {
  const { replicas = 3 } = parts;
  return workload("StatefulSet", "db", parts, {
    updatedReplicas: replicas,
    currentRevision: "1",
    updateRevision: "1",
  });
}

export function dbPod(ordinal: number, parts: PodParts = {}): KubeObject {
  return pod(`db-${ordinal}`, { ...ownedBy("StatefulSet", "db"), ...parts });
}

export function agent(parts: WorkloadParts = {}): KubeObject {
  return workload("DaemonSet", "agent", parts, { desiredNumberScheduled: 3, updatedNumberScheduled: 3 });
}

export function job(name: string, more: Loose = {}): KubeObject {
  const conditions = [{ type: "Complete", status: "True" }];
  return object("batch/v1", "Job", name, { ...more, spec: { template: TEMPLATE }, status: { conditions } });
}

export function cronJob(name: string, more: Loose = {}): KubeObject {
  return object("batch/v1", "CronJob", name, { ...more, spec: { schedule: "@daily" } });
}

interface NodeParts extends Loose {
  readonly ready?: boolean;
  readonly spec?: Loose;
}

export function node(name: string, { ready = true, spec = {}, ...metadata }: NodeParts = {}): KubeObject {
  const conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
  return object("v1", "Node", name, { ...metadata, spec, status: { conditions } });
}

/** A budget over `app: web`. */
export function budget(
  name: string,
  parts: { spec?: Loose; status?: Loose; namespace?: string } = {},
): KubeObject {
  const { spec, ...rest } = parts;
  const selector = { matchLabels: { app: "web" } };
  return object("policy/v1", "PodDisruptionBudget", name, { ...rest, spec: { selector, ...spec } });
}

export function autoscalerOf(kind: string, name: string, more: Loose = {}): KubeObject {
  const scaleTargetRef = { apiVersion: "apps/v1", kind, name };
  return object("autoscaling/v2", "HorizontalPodAutoscaler", `${name}-hpa`, {
    ...more,
    spec: { scaleTargetRef },
  });
}

export function namespace(name: string, more: Loose = {}): KubeObject {
  return object("v1", "Namespace", name, more);
}
