import type { ClusterReader, Gap, KubeObject, LogExcerpt, Need, ResourceKey } from "@k8s-ops/k8s-cluster";
import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";

interface ReaderOptions {
  /** Resources that cannot be read, and why. */
  readonly refused?: Partial<Record<ResourceKey, Gap["reason"]>>;
  readonly logs?: readonly LogExcerpt[];
}

/** A reader on objects given as YAML that keeps what it was asked for. */
export function readerFromYaml(text: string, { refused = {}, logs = [] }: ReaderOptions = {}) {
  const { objects, asOf } = snapshotFromYaml(text);
  const asked: Need[] = [];
  const reader: ClusterReader = {
    cluster: { name: "test", source: "recording" },
    now: () => asOf,
    async read(need) {
      asked.push(need);
      const reason = refused[need.resource];
      if (reason) return { need, items: [], gap: { ...need, reason } };
      const items = (objects[need.resource].all as readonly KubeObject[]).filter(
        ({ metadata }) =>
          (need.namespace === undefined || metadata.namespace === need.namespace) &&
          (need.name === undefined || metadata.name === need.name),
      );
      return { need, items };
    },
    async logs(need) {
      const excerpt = logs.find(
        (log) => log.pod === need.pod && log.container === need.container && log.previous === need.previous,
      );
      return { need, ...(excerpt && { excerpt }) };
    },
    close: async () => {},
  };
  return { reader, asked };
}
