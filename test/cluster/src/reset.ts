import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, forEachBounded, type KubeObject } from "./api.ts";
import { type Baseline, forgetEvents, leftovers, loadBaseline } from "./baseline.ts";
import { ClusterError } from "./errors.ts";
import { type InventoryItem, objectKey, objectPath, takeInventory } from "./inventory.ts";
import { files, nodeName } from "./layout.ts";
import { withLock } from "./lock.ts";
import { progress } from "./report.ts";
import { removeScale } from "./scale.ts";
import { requireCluster, withCluster } from "./status.ts";

const patienceMs = 120_000;
const concurrency = 16;

/** Deletes all that was made since `up`, and waits until it is gone. */
export async function reset(signal: AbortSignal): Promise<void> {
  await withLock({ file: files.lock, purpose: "cluster reset", waitMs: 120_000 }, () =>
    withCluster(async () => {
      const api = new ApiClient(concurrency);
      try {
        await removeScale(api);
        const baseline = loadBaseline();
        const deleted = await sweep(api, baseline, signal);
        await restoreNode(api, baseline);
        await forgetEvents(api, baseline);
        progress(`the cluster is as new: ${deleted} objects deleted`);
      } finally {
        api.close();
      }
    }),
  );
}

/** Deletes in rounds, each round with a firmer hand for what is still there. */
async function sweep(api: ApiClient, baseline: Baseline, signal: AbortSignal): Promise<number> {
  const started = Date.now();
  const seen = new Map<string, number>();
  for (;;) {
    signal.throwIfAborted();
    const inventory = await takeInventory(api);
    const items = leftovers(inventory.items, baseline);
    if (items.length === 0 && inventory.failures.length === 0) return seen.size;
    // A dead component would keep objects for ever; the first rounds are too short to ask.
    if (Date.now() - started > 2_000) await requireCluster();
    if (Date.now() - started > patienceMs) {
      const left = [...items.map(objectKey), ...inventory.failures].slice(0, 20);
      throw new ClusterError(`still there after ${patienceMs / 1000} s:\n${left.join("\n")}`);
    }
    const ageOf = (item: InventoryItem) => {
      const key = objectKey(item);
      const first = seen.get(key) ?? Date.now();
      seen.set(key, first);
      return Date.now() - first;
    };
    // Webhooks and policies first: they may forbid every step after them.
    const [gates, others] = partition(items, isGate);
    for (const group of [gates, others]) {
      await forEachBounded(group, concurrency, (item) => push(api, item, ageOf(item)));
    }
    await finalizeEmptyNamespaces(api, items);
    await sleep(200);
  }
}

function isGate({ resource }: InventoryItem): boolean {
  return resource.group === "admissionregistration.k8s.io" || resource.plural === "apiservices";
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** One step towards an object's end. Answers are not looked at: the next inventory tells what is left. */
async function push(api: ApiClient, item: InventoryItem, ageMs: number): Promise<void> {
  const { metadata } = item.object;
  const path = objectPath(item);
  const isPod = item.resource.plural === "pods";
  if (metadata.deletionTimestamp === undefined) {
    const options = { propagationPolicy: "Background", ...(isPod ? { gracePeriodSeconds: 1 } : {}) };
    await api.send({ method: "DELETE", path, body: options });
    return;
  }
  // A CRD's own finalizer waits for its objects; without it they would stay in etcd for ever.
  const patience = item.resource.plural === "customresourcedefinitions" ? 15_000 : 1_000;
  if (metadata.finalizers !== undefined && ageMs > patience) {
    await patch(api, path, { metadata: { finalizers: null } });
  }
  // No kubelet confirms the end of a Pod whose node is only imitated.
  if (isPod && ageMs > 5_000) await api.send({ method: "DELETE", path, body: { gracePeriodSeconds: 0 } });
}

/** Ends namespaces that hold nothing more: the controller would take 5 s or more to look again. */
async function finalizeEmptyNamespaces(api: ApiClient, items: readonly InventoryItem[]): Promise<void> {
  const inUse = new Set(items.map(({ object }) => object.metadata.namespace));
  const empty = items.filter(({ resource, object }) => {
    const { name, deletionTimestamp } = object.metadata;
    return resource.plural === "namespaces" && deletionTimestamp !== undefined && !inUse.has(name);
  });
  await forEachBounded(empty, concurrency, async (item) => {
    const path = objectPath(item);
    // The inventory leaves events out, and they would outlive their namespace.
    await api.send({ method: "DELETE", path: `${path}/events` });
    const finalized = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: item.object.metadata.name },
      spec: {},
    };
    await api.send({ method: "PUT", path: `${path}/finalize`, body: finalized });
  });
}

/** Takes back what tests did to the real node: cordon, taints, labels, annotations. */
async function restoreNode(api: ApiClient, baseline: Baseline): Promise<void> {
  const path = `/api/v1/nodes/${nodeName}`;
  const node = await api.json({ path });
  const change = nodeChange(node, baseline.node);
  if (change !== undefined) {
    progress(`setting node ${nodeName} back`);
    await api.json({ method: "PATCH", path, body: change, contentType: "application/merge-patch+json" });
  }
}

/** The merge patch that leads from a node as it is to the node as it was; undefined when nothing differs. */
export function nodeChange(now: KubeObject, before: KubeObject): object | undefined {
  const specOf = (node: KubeObject) => {
    const { taints, unschedulable } = (node.spec ?? {}) as { taints?: unknown; unschedulable?: boolean };
    return { taints: taints ?? null, unschedulable: unschedulable ?? null };
  };
  const change = {
    metadata: {
      labels: mapChange(now.metadata.labels, before.metadata.labels),
      annotations: mapChange(now.metadata.annotations, before.metadata.annotations),
    },
    spec: specOf(before),
  };
  const isSame =
    JSON.stringify(specOf(now)) === JSON.stringify(specOf(before)) &&
    Object.keys(change.metadata.labels).length + Object.keys(change.metadata.annotations).length === 0;
  return isSame ? undefined : change;
}

type StringMap = Readonly<Record<string, string>>;

function mapChange(now: StringMap = {}, before: StringMap = {}): Record<string, string | null> {
  const keys = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  return Object.fromEntries(
    keys.filter((key) => now[key] !== before[key]).map((key) => [key, before[key] ?? null]),
  );
}

function patch(api: ApiClient, path: string, body: object): Promise<unknown> {
  return api.send({ method: "PATCH", path, body, contentType: "application/merge-patch+json" });
}
