import type { ClusterWriter } from "@k8s-ops/k8s-cluster";
import { forEachBounded } from "../../src/api.ts";

const PARALLEL = 24;
const forReal = { dryRun: false } as const;

/** Names such as `job-017`. */
export function names(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, "0")}`);
}

/** A CronJob whose time never comes: no controller has anything to do with it. */
export function idleCronJob(namespace: string, name: string) {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace, labels: { app: name }, annotations: { "example.com/note": "as made" } },
    spec: {
      schedule: "0 0 31 2 *",
      suspend: false,
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: "Never",
              containers: [{ name: "job", image: "docker.io/library/busybox:1.36", command: ["true"] }],
            },
          },
        },
      },
    },
  };
}

/** A Deployment without Pods: its controller follows it with ReplicaSets only. */
export function idleDeployment(namespace: string, name: string) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "app", image: "registry.local/app:1.0" }] },
      },
    },
  };
}

export async function makeCronJobs(
  writer: ClusterWriter,
  namespace: string,
  all: readonly string[],
): Promise<void> {
  await forEachBounded(all, PARALLEL, (name) =>
    writer.create({ resource: "cronJobs", namespace }, idleCronJob(namespace, name), forReal),
  );
}

export async function makeDeployments(
  writer: ClusterWriter,
  namespace: string,
  all: readonly string[],
): Promise<void> {
  await forEachBounded(all, PARALLEL, (name) =>
    writer.create({ resource: "deployments", namespace }, idleDeployment(namespace, name), forReal),
  );
}

/** How many of something there are of each kind. */
export function tally(items: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return Object.fromEntries([...counts].sort());
}
