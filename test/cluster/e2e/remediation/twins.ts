import type { KubeObject, ResourceKey } from "@k8s-ops/k8s-cluster";
import type { ReadyCall } from "./server.ts";
import type { Trial } from "./trial.ts";

/** Two namespaces with the same objects: in the first the server acts, in the second kubectl. */
export const OURS = "remediation-twins-ours";
export const THEIRS = "remediation-twins-theirs";

/** What people and their tools want of an object. */
export interface Wanted {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: unknown;
}

const BY_CONTROLLERS = /^(deployment\.kubernetes\.io|deprecated\.daemonset\.template)[./]/;
const RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

/** Labels, annotations and spec as they are to be compared: the namespace, and times of restarts, are no difference. */
export function wantedOf(object: KubeObject): Wanted {
  const { metadata, spec } = object as KubeObject & { readonly spec?: unknown };
  const text = JSON.stringify({
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    spec,
  }).replaceAll(
    metadata.namespace === "" ? "-" : metadata.namespace,
    metadata.namespace === "" ? "-" : "NAMESPACE",
  );
  return JSON.parse(text, (key, value) => (key === RESTARTED_AT ? "THEN" : value)) as Wanted;
}

/** The same without what controllers write, which no undo brings back. */
export function withoutControllers({ annotations, ...wanted }: Wanted): Wanted {
  const kept = Object.entries(annotations).filter(([key]) => !BY_CONTROLLERS.test(key));
  return { ...wanted, annotations: Object.fromEntries(kept) };
}

export async function wanted(
  { writer }: Trial,
  resource: ResourceKey,
  namespace: string,
  name: string,
): Promise<Wanted> {
  const object = await writer.get({ resource, namespace, name });
  if (!object) throw new Error(`there is no ${resource} ${name} in ${namespace}`);
  return wantedOf(object);
}

/** One action, as the server's tool and as kubectl has it. */
export interface Twins {
  readonly title: string;
  readonly kind: "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob";
  readonly name: string;
  /** kubectl calls in both namespaces, after the object was applied. */
  readonly prepare?: readonly string[];
  readonly kubectl: string;
  readonly call: ReadyCall;
}

export const RESOURCE_OF = {
  Deployment: "deployments",
  StatefulSet: "statefulSets",
  DaemonSet: "daemonSets",
  CronJob: "cronJobs",
} as const satisfies Record<Twins["kind"], ResourceKey>;

/** The manifest of a workload without Pods, whose rollouts therefore take no time; of a Deployment with `replicas` some. */
export function manifest(kind: Twins["kind"], name: string, replicas = 0): string {
  const metadata = {
    name,
    labels: { app: name, team: "shop" },
    annotations: { "kubernetes.io/change-cause": "one", "example.com/owner": "ann" },
  };
  const container = (image: string, of: string) => ({
    name: of,
    image,
    ...(of === "init" && { command: ["true"] }),
  });
  const podSpec = {
    initContainers: [container("docker.io/library/busybox:1.36", "init")],
    containers: [container("registry.local/app:1.0", "app")],
    terminationGracePeriodSeconds: 1,
  };
  if (kind === "CronJob") {
    const template = { spec: { ...podSpec, restartPolicy: "Never" } };
    const spec = { schedule: "0 0 31 2 *", jobTemplate: { spec: { template } } };
    return JSON.stringify({ apiVersion: "batch/v1", kind, metadata, spec });
  }
  const template = {
    metadata: { labels: { app: name }, annotations: { "example.com/note": "as made" } },
    spec: {
      ...podSpec,
      ...(kind === "DaemonSet" && replicas === 0 && { nodeSelector: { "example.com/none": "true" } }),
    },
  };
  const spec = {
    selector: { matchLabels: { app: name } },
    template,
    ...(kind !== "DaemonSet" && { replicas }),
    ...(kind === "StatefulSet" && { serviceName: name }),
  };
  return JSON.stringify({ apiVersion: "apps/v1", kind, metadata, spec });
}
