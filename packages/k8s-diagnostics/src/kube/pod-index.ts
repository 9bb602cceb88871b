import type { ObjectOf, Objects } from "@k8s-ops/k8s-cluster";
import { matchesLabels } from "./selectors.ts";

type Pod = ObjectOf<"pods">;
type Index = ReadonlyMap<string, readonly Pod[]>;

const indexes = new WeakMap<Objects["pods"], Index>();

/**
 * The Pods of a namespace that an equality selector matches, whatever their state. The first call for a snapshot
 * builds an index by label, so that a thousand Services over ten thousand Pods stay cheap.
 */
export function podsMatching(
  selector: Readonly<Record<string, string>> | undefined,
  namespace: string,
  objects: Pick<Objects, "pods">,
): readonly Pod[] {
  const keys = Object.entries(selector ?? {}).map(([key, value]) => keyOf(namespace, key, value));
  if (keys.length === 0) return [];
  const index = indexOf(objects.pods);
  const buckets = keys.map((key) => index.get(key) ?? []);
  const smallest = buckets.reduce((best, bucket) => (bucket.length < best.length ? bucket : best));
  return smallest.filter(({ metadata }) => matchesLabels(selector, metadata.labels));
}

function indexOf(pods: Objects["pods"]): Index {
  const known = indexes.get(pods);
  if (known) return known;
  const index = new Map<string, Pod[]>();
  for (const pod of pods.all) {
    for (const [key, value] of Object.entries(pod.metadata.labels ?? {})) {
      const id = keyOf(pod.metadata.namespace, key, value);
      const bucket = index.get(id);
      if (bucket) bucket.push(pod);
      else index.set(id, [pod]);
    }
  }
  indexes.set(pods, index);
  return index;
}

function keyOf(namespace: string, key: string, value: string): string {
  return `${namespace}\n${key}\n${value}`;
}
