import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type KubeObject, RESOURCES, type ResourceKey, resourceOf } from "@k8s-ops/k8s-cluster";
import { dump, load } from "js-yaml";

export interface TrimOptions {
  /** Only these namespaces stay. */
  readonly namespaces: readonly string[];
  /** What the recorded cluster is to be called. */
  readonly cluster: string;
  /** Which cluster-scoped objects stay besides real Nodes, the namespaces themselves, and volumes that they use. */
  readonly keep: (object: KubeObject) => boolean;
  /** The last word on every file's text. */
  readonly rewrite?: (text: string) => string;
}

/** Not read by any check of a workload, and much of it. */
const DROPPED: ReadonlySet<ResourceKey> = new Set(["leases", "csiNodes", "controllerRevisions", "endpoints"]);

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
    await writeFile(target, options.rewrite?.(text) ?? text);
  }
}

function trimmed(path: string, text: string, options: TrimOptions): string | undefined {
  const [first = "", second = ""] = path.split("/");
  if (path === "snapshot.yaml") return trimmedManifest(text, options);
  if (first === "logs") return options.namespaces.includes(second) ? text : undefined;
  const list = load(text) as { apiVersion: string; kind: string; items: Item[] };
  const resource = resourceOf(list.apiVersion, list.kind.replace(/List$/, ""));
  if (resource === undefined || DROPPED.has(resource)) return undefined;
  if (RESOURCES[resource].namespaced && !options.namespaces.includes(first)) return undefined;
  const items = list.items.filter((item) => stays(resource, item, options)).map(slim);
  return items.length === 0 ? undefined : dump({ ...list, items }, { lineWidth: -1, noRefs: true });
}

function trimmedManifest(text: string, { cluster, namespaces }: TrimOptions): string {
  const manifest = load(text) as { resources: string[] };
  const dropped: ReadonlySet<string> = DROPPED;
  return dump({
    ...manifest,
    cluster,
    ...(namespaces.length === 1 && { namespace: namespaces[0] }),
    resources: manifest.resources.filter((resource) => !dropped.has(resource)),
  });
}

function stays(resource: ResourceKey, item: Item, { namespaces, keep }: TrimOptions): boolean {
  if (RESOURCES[resource].namespaced) return true;
  if (resource === "namespaces") return namespaces.includes(item.metadata.name);
  if (resource === "nodes") return item.metadata.annotations?.["kwok.x-k8s.io/node"] === undefined;
  const { claimRef } = (item.spec ?? {}) as { claimRef?: { namespace?: string } };
  return (claimRef?.namespace !== undefined && namespaces.includes(claimRef.namespace)) || keep(item);
}

function slim(item: Item): Item {
  if (item.kind === "ConfigMap" && item.metadata.name === "kube-root-ca.crt") {
    return { ...item, data: { "ca.crt": "" } };
  }
  if (item.kind !== "Node") return item;
  const { images: _, ...status } = item.status as Record<string, unknown>;
  return { ...item, status };
}
