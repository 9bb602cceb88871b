import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type KubeObject, RESOURCES, type ResourceKey, resourceOf } from "@k8s-ops/k8s-cluster";
import { dump, load } from "js-yaml";
import { nodeName } from "../src/layout.ts";

export interface TrimOptions {
  /** Only these namespaces stay. */
  readonly namespaces: readonly string[];
  /** What the recorded cluster is to be called. */
  readonly cluster: string;
  /** Which cluster-scoped objects stay besides real Nodes, the namespaces themselves, and volumes that they use. */
  readonly keep: (object: KubeObject) => boolean;
  /** How many hours older the object is made, to show what happened long ago. */
  readonly hoursOlder?: (object: KubeObject) => number;
  /** The last word on every file's text. */
  readonly rewrite?: (text: string) => string;
}

/** Where the Nodes' heartbeats are. */
const NODE_LEASES = "kube-node-lease";

type Item = KubeObject & { readonly [field: string]: unknown };

/** Copies a recording with less in it: no other namespaces, no noise of the system. */
export async function trimRecording(from: string, to: string, options: TrimOptions): Promise<void> {
  await rm(to, { recursive: true, force: true });
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const absolute = join(entry.parentPath, entry.name);
    const path = absolute.slice(from.length).replace(/^\//, "");
    const text = trimmed(path, await readFile(absolute, "utf8"), options);
    if (text === undefined) continue;
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true });
    const neutral = text.replace(/(lookup \S+ on )[\d.]+:53/g, "$1192.0.2.53:53");
    await writeFile(target, options.rewrite?.(neutral) ?? neutral);
  }
}

function trimmed(path: string, text: string, options: TrimOptions): string | undefined {
  const [first = "", second = ""] = path.split("/");
  if (path === "snapshot.yaml") return trimmedManifest(text, options);
  if (first === "logs") return options.namespaces.includes(second) ? text : undefined;
  const list = load(text) as { apiVersion: string; kind: string; items: Item[] };
  const resource = resourceOf(list.apiVersion, list.kind.replace(/List$/, ""));
  if (resource === undefined) return undefined;
  const isLease = resource === "leases" && first === NODE_LEASES;
  if (RESOURCES[resource].namespaced && !options.namespaces.includes(first) && !isLease) return undefined;
  const items = list.items
    .filter((item) => stays(resource, item, options))
    .map((item) => older(slim(item), options.hoursOlder?.(item) ?? 0));
  return items.length === 0 ? undefined : dump({ ...list, items }, { lineWidth: -1, noRefs: true });
}

function trimmedManifest(text: string, { cluster, namespaces }: TrimOptions): string {
  const manifest = load(text) as { resources: string[]; gaps: { namespace?: string }[] };
  return dump({
    ...manifest,
    cluster,
    ...(namespaces.length === 1 && { namespace: namespaces[0] }),
    gaps: manifest.gaps.filter(({ namespace }) => namespace === undefined || namespaces.includes(namespace)),
  });
}

/** What every healthy object tells in its first seconds. */
const ROUTINE: ReadonlySet<string> = new Set([
  "Scheduled",
  "Pulled",
  "Created",
  "Started",
  "SuccessfulCreate",
  "SuccessfulDelete",
  "ScalingReplicaSet",
  "SawCompletedJob",
  "Completed",
  "NoPods",
]);

function stays(resource: ResourceKey, item: Item, { namespaces, keep }: TrimOptions): boolean {
  if (resource === "events") return !ROUTINE.has(String(item.reason));
  if (resource === "leases") return isOfRealNode(item);
  if (RESOURCES[resource].namespaced) return true;
  if (resource === "namespaces") return namespaces.includes(item.metadata.name);
  if (resource === "nodes" || resource === "csiNodes") return isOfRealNode(item);
  const { claimRef } = (item.spec ?? {}) as { claimRef?: { namespace?: string } };
  return (claimRef?.namespace !== undefined && namespaces.includes(claimRef.namespace)) || keep(item);
}

/** Imitated Nodes come and go with the tests of scale. */
function isOfRealNode({ metadata }: Item): boolean {
  return metadata.name === nodeName;
}

function older(item: Item, hours: number): Item {
  if (hours === 0) return item;
  const text = JSON.stringify(item).replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, (time) => {
    const moved = new Date(Date.parse(time.slice(1, -1)) - hours * 3_600_000).toISOString();
    return `"${time.includes(".") ? moved : moved.replace(/\.\d+Z$/, "Z")}"`;
  });
  return JSON.parse(text) as Item;
}

function slim(item: Item): Item {
  if (item.kind === "ConfigMap" && item.metadata.name === "kube-root-ca.crt") {
    return { ...item, data: { "ca.crt": "" } };
  }
  if (item.kind !== "Node") return item;
  const { images: _, nodeInfo, ...status } = item.status as Record<string, unknown>;
  const { machineID: _m, systemUUID: _s, bootID: _b, ...info } = (nodeInfo ?? {}) as Record<string, unknown>;
  return { ...item, status: { ...status, nodeInfo: info } };
}
