import {
  ClusterError,
  type ClusterReader,
  type ClusterWriter,
  type GapReason,
  type KubeObject,
  type ObjectKey,
  type ObjectOf,
  type Patch,
  type Precondition,
  type ResourceKey,
} from "@k8s-ops/k8s-cluster";
import { budgetsAgainst, control } from "./controllers.ts";
import { applyPatch } from "./patches.ts";
import { allOf, type Draft, keyOf, type Store, storeOf } from "./store.ts";

/** A write as it arrived. */
export interface FakeWrite {
  readonly verb: "patch" | "scale" | "evict" | "create" | "delete";
  readonly dryRun: boolean;
  readonly object: ObjectKey;
  readonly patch?: Patch;
  readonly precondition?: Precondition;
}

/** An API server in memory, with controllers that finish everything at once. */
export interface FakeCluster {
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  /** Dry runs included. */
  readonly writes: readonly FakeWrite[];
  /** Those that are no dry runs. */
  stored(): readonly FakeWrite[];
  find(resource: ResourceKey, namespace: string, name: string): Draft | undefined;
  /** What somebody else does to an object. */
  edit(resource: ResourceKey, namespace: string, name: string, change: (object: Draft) => void): void;
  remove(resource: ResourceKey, namespace: string, name: string): void;
  /** Before a write is looked at: what it throws is what the API server answers. */
  before: (write: FakeWrite) => void;
  /** After it is stored: what it throws takes the answer's place. */
  after: (write: FakeWrite) => void;
  /** Resources that cannot be read. */
  gaps: Partial<Record<ResourceKey, GapReason>>;
  /** Whether controllers are at work. */
  controlled: boolean;
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

export function fakeCluster(yaml: string, name = "test"): FakeCluster {
  const store = storeOf(yaml);
  const writes: FakeWrite[] = [];
  const info = { name, source: "kubeconfig" } as const;
  let version = 100;

  const save = (resource: ResourceKey, object: Draft, old?: Draft): Draft => {
    const isMeant = JSON.stringify(old?.spec) !== JSON.stringify(object.spec);
    object.metadata.resourceVersion = String(++version);
    object.metadata.generation = (old?.metadata.generation ?? 0) + (isMeant ? 1 : 0);
    store.set(keyOf({ resource, ...object.metadata }), object);
    if (cluster.controlled) control(store, resource, object);
    return object;
  };

  const existing = (key: ObjectKey, { uid, resourceVersion }: Precondition): Draft => {
    const found = store.get(keyOf(key));
    if (!found) throw new ClusterError("not_found", `${key.name} not found`);
    const isOther = found.metadata.uid !== uid;
    const isNewer = resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion;
    if (isOther || isNewer) throw new ClusterError("conflict", `${key.name} has changed`);
    return found;
  };

  const write = (given: FakeWrite, work: () => void): void => {
    writes.push(given);
    cluster.before(given);
    work();
    if (!given.dryRun) cluster.after(given);
  };

  const writer: ClusterWriter = {
    cluster: info,
    async get(key) {
      return structuredClone(store.get(keyOf(key))) as never;
    },
    async list({ resource, namespace, fieldSelector }) {
      const node = fieldSelector?.split("=")[1];
      const items = allOf(store, resource, namespace).filter(
        ({ spec }) => node === undefined || spec?.nodeName === node,
      );
      return structuredClone(items) as never;
    },
    async patch<K extends ResourceKey>(
      key: ObjectKey<K>,
      patch: Patch,
      precondition: Precondition,
      { dryRun }: { dryRun: boolean },
    ) {
      let result: Draft | undefined;
      write({ verb: "patch", dryRun, object: key, patch, precondition }, () => {
        const old = existing(key, precondition);
        const patched = rejecting(() => applyPatch(structuredClone(old), patch));
        result = dryRun ? patched : save(key.resource, patched, old);
      });
      return structuredClone(result) as unknown as ObjectOf<K>;
    },
    async scale(object, replicas, precondition, { dryRun }) {
      write({ verb: "scale", dryRun, object, precondition }, () => {
        const old = existing(object, precondition);
        if (!dryRun) save(object.resource, { ...structuredClone(old), spec: { ...old.spec, replicas } }, old);
      });
    },
    async evict(object, precondition, { dryRun }) {
      write({ verb: "evict", dryRun, object, precondition }, () => {
        const pod = existing(object, precondition);
        const budgets = budgetsAgainst(store, pod);
        const spent = budgets.find(({ status }) => Number(status?.disruptionsAllowed ?? 0) === 0);
        if (spent) {
          const text = `The disruption budget ${spent.metadata.name} needs 2 healthy pods and has 2 currently`;
          throw new ClusterError("disruption_budget", text);
        }
        if (dryRun) return;
        for (const { status } of budgets) if (status) status.disruptionsAllowed = 0;
        store.delete(keyOf(object));
        const isReplaced = pod.metadata.ownerReferences?.some(({ kind }) => kind !== "DaemonSet");
        if (cluster.controlled && isReplaced) {
          const podName = `${pod.metadata.name}-new`;
          const metadata = { ...pod.metadata, name: podName, uid: `uid-${podName}` };
          save("pods", { ...structuredClone(pod), metadata });
        }
      });
    },
    async create<K extends ResourceKey>(
      { resource, namespace }: Omit<ObjectKey<K>, "name">,
      body: Readonly<Record<string, unknown>>,
      { dryRun }: { dryRun: boolean },
    ) {
      const draft = structuredClone(body) as unknown as Draft;
      const object = { resource, namespace, name: draft.metadata.name };
      draft.metadata = { ...draft.metadata, namespace, uid: `uid-${draft.metadata.name}` };
      write({ verb: "create", dryRun, object }, () => {
        if (store.has(keyOf(object))) throw new ClusterError("conflict", "already exists");
        if (!dryRun) save(resource, draft);
      });
      return structuredClone(draft) as unknown as ObjectOf<K>;
    },
    async delete(object, precondition, { dryRun }) {
      write({ verb: "delete", dryRun, object, precondition }, () => {
        existing(object, precondition);
        if (!dryRun) store.delete(keyOf(object));
      });
    },
  };

  const cluster: FakeCluster = {
    writer,
    reader: readerOf(store, info, () => cluster.gaps),
    writes,
    stored: () => writes.filter(({ dryRun }) => !dryRun),
    find: (resource, namespace, objectName) => store.get(keyOf({ resource, namespace, name: objectName })),
    edit(resource, namespace, objectName, change) {
      const old = store.get(keyOf({ resource, namespace, name: objectName }));
      if (!old) throw new Error(`${resource} ${namespace}/${objectName} is not there`);
      const changed = structuredClone(old);
      change(changed);
      save(resource, changed, old);
    },
    remove: (resource, namespace, objectName) => {
      store.delete(keyOf({ resource, namespace, name: objectName }));
    },
    before: () => {},
    after: () => {},
    gaps: {},
    controlled: true,
  };
  return cluster;
}

function readerOf(
  store: Store,
  cluster: ClusterReader["cluster"],
  gaps: () => FakeCluster["gaps"],
): ClusterReader {
  return {
    cluster,
    now: () => new Date().toISOString(),
    async read(need) {
      const reason = gaps()[need.resource];
      if (reason) return { need, items: [], gap: { ...need, reason } };
      const items = allOf(store, need.resource, need.namespace ?? "").filter(
        ({ metadata }) => need.name === undefined || metadata.name === need.name,
      );
      return { need, items: items.map(seen) };
    },
    logs: async (need) => ({ need }),
    close: async () => {},
  };
}

/** As the way into a snapshot leaves an object. */
function seen(object: Draft): KubeObject {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {};
  const metadata = { ...object.metadata, annotations };
  return structuredClone({ ...object, metadata }) as unknown as KubeObject;
}

function rejecting<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ClusterError("rejected", String(error));
  }
}
