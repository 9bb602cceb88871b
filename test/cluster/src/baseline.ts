import { readFileSync, writeFileSync } from "node:fs";
import type { ApiClient, KubeObject } from "./api.ts";
import { type InventoryItem, objectKey, takeInventory } from "./inventory.ts";
import { files, nodeName } from "./layout.ts";

/** What the cluster held when `up` ended: `reset` brings it back to that. */
export interface Baseline {
  readonly keys: readonly string[];
  readonly node: KubeObject;
}

/** Remembers what a fresh cluster holds. */
export async function saveBaseline(api: ApiClient): Promise<void> {
  const { items } = await takeInventory(api);
  const node = await api.json({ path: `/api/v1/nodes/${nodeName}` });
  writeFileSync(
    files.baseline,
    JSON.stringify({ keys: items.map(objectKey).sort(), node } satisfies Baseline),
  );
}

/** Reads what `saveBaseline` remembered. */
export function loadBaseline(): Baseline {
  return JSON.parse(readFileSync(files.baseline, "utf8")) as Baseline;
}

/** Which objects were made after the cluster came up, and by somebody else than the cluster. */
export function leftovers(items: readonly InventoryItem[], baseline: Baseline): InventoryItem[] {
  const known = new Set(baseline.keys);
  const knownNamespaces = (namespace: string | undefined) => known.has(`namespaces//${namespace}`);
  return items.filter((item) => {
    if (known.has(objectKey(item))) return false;
    const { name, namespace } = item.object.metadata;
    // Controllers make these again wherever a namespace stays.
    const belongsToNamespace =
      (item.resource.plural === "serviceaccounts" && name === "default") ||
      (item.resource.plural === "configmaps" && name === "kube-root-ca.crt");
    return !(belongsToNamespace && knownNamespaces(namespace));
  });
}

/** Deletes the events of the namespaces that stay: those of what is gone would look like news to the next test. */
export async function forgetEvents(api: ApiClient, baseline: Baseline): Promise<void> {
  const namespaces = baseline.keys
    .filter((key) => key.startsWith("namespaces//"))
    .map((key) => key.split("/")[2]);
  await Promise.all(
    namespaces.map((name) => api.json({ method: "DELETE", path: `/api/v1/namespaces/${name}/events` })),
  );
}
