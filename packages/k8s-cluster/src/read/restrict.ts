import { RESOURCES } from "../snapshot/resources.ts";
import type { Gap, Need, ReadAnswer } from "../snapshot/snapshot.ts";
import type { KubeObject } from "../snapshot/wire.ts";
import type { ClusterReader, ReadOptions } from "./reader.ts";

/**
 * The same cluster as somebody sees it who may see only these namespaces: objects of other namespaces are not read,
 * and the answer says so. Cluster-scoped objects are seen, except Namespaces and what is bound to other namespaces.
 */
export function restrictToNamespaces(reader: ClusterReader, namespaces: readonly string[]): ClusterReader {
  const allowed = new Set(namespaces);
  return {
    ...reader,
    read: (need, options) => readRestricted(reader, allowed, need, options),
    async logs(need, options) {
      if (allowed.has(need.namespace)) return reader.logs(need, options);
      const { namespace, pod } = need;
      return { need, gap: { resource: "logs", namespace, name: pod, reason: "forbidden_by_policy" } };
    },
  };
}

async function readRestricted(
  reader: ClusterReader,
  allowed: ReadonlySet<string>,
  need: Need,
  options: ReadOptions | undefined,
): Promise<ReadAnswer> {
  const refused: Gap = { ...need, reason: "forbidden_by_policy" };
  if (!RESOURCES[need.resource].namespaced) {
    const answer = await reader.read(need, options);
    const items = answer.items.filter((object) => belongsTo(allowed, object));
    return items.length === answer.items.length ? answer : { ...answer, items, gap: refused };
  }
  if (need.namespace !== undefined) {
    return allowed.has(need.namespace) ? reader.read(need, options) : { need, items: [], gap: refused };
  }
  const answers = await Promise.all(
    [...allowed].map((namespace) => reader.read({ ...need, namespace }, options)),
  );
  return { need, items: answers.flatMap(({ items }) => items), gap: refused };
}

function belongsTo(allowed: ReadonlySet<string>, object: KubeObject): boolean {
  if (object.kind === "Namespace") return allowed.has(object.metadata.name);
  const { claimRef } = ((object as { spec?: unknown }).spec ?? {}) as { claimRef?: { namespace?: string } };
  return claimRef?.namespace === undefined || allowed.has(claimRef.namespace);
}
