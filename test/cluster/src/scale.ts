import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, ApiError, forEachBounded, type KubeObject } from "./api.ts";
import { kwok } from "./components.ts";
import { ClusterError } from "./errors.ts";
import { waitHealthy } from "./health.ts";
import { files } from "./layout.ts";
import { withLock } from "./lock.ts";
import { isAlive, processRecords, startProcess, stopProcess } from "./processes.ts";
import { progress } from "./report.ts";
import {
  nodeObject,
  podObject,
  type Scale,
  scaleLabel,
  scaleNamespaces,
  scaleNodes,
  scalePods,
  scaleSelector,
} from "./scale-objects.ts";
import { requireCluster, withCluster } from "./status.ts";

const concurrency = 48;
const patienceMs = 300_000;

/** Brings the number of imitated nodes and Pods to what is asked for, and waits until they are Ready and Running. */
export async function scale(wanted: Scale, signal: AbortSignal): Promise<void> {
  await withLock({ file: files.lock, purpose: "cluster scale", waitMs: 300_000 }, () =>
    withCluster(async () => {
      const api = new ApiClient(concurrency);
      try {
        if (wanted.nodes === 0) {
          await removeScale(api);
          progress("no imitated nodes and Pods are left");
          return;
        }
        await startKwok(signal);
        await createMissing(api, wanted, signal);
        await waitUntilRunning(api, wanted, signal);
        progress(`${wanted.nodes} nodes are Ready, ${wanted.pods} Pods are Running`);
      } finally {
        api.close();
      }
    }),
  );
}

async function startKwok(signal: AbortSignal): Promise<void> {
  const running = processRecords().find((record) => record.name === kwok.name);
  if (running !== undefined && isAlive(running)) return;
  progress("starting kwok");
  await waitHealthy(kwok, startProcess(kwok.name, kwok.argv), signal);
}

async function createMissing(api: ApiClient, wanted: Scale, signal: AbortSignal): Promise<void> {
  const existing = await listScaled(api);
  const pods = scalePods(wanted);
  const nodes = scaleNodes(wanted);
  const wantedPods = new Set(pods.map((pod) => `${pod.namespace}/${pod.name}`));
  // A Pod may stay on any node that stays, else every change of scale would make nearly all of them anew.
  const isInPlace = (pod: ExistingPod) => wantedPods.has(pod.key) && nodes.includes(pod.node);
  const misplaced = existing.pods.filter((pod) => !isInPlace(pod));
  const stale = existing.nodes.filter((name) => !nodes.includes(name));
  const there = new Set(existing.pods.filter(isInPlace).map((pod) => pod.key));
  const missingNodes = nodes.filter((name) => !existing.nodes.includes(name));
  const missingPods = pods.filter((pod) => !there.has(`${pod.namespace}/${pod.name}`));

  const each = <T>(items: readonly T[], action: (item: T) => Promise<unknown>) =>
    forEachBounded(items, concurrency, (item) => {
      signal.throwIfAborted();
      return action(item);
    });
  await each(misplaced, ({ key }) => api.json(deletion(key), [404]));
  await each(stale, (name) => api.json({ method: "DELETE", path: `/api/v1/nodes/${name}` }, [404]));
  progress(`creating ${missingNodes.length} nodes and ${missingPods.length} Pods`);
  await each(missingNodes, (name) =>
    api.json({ method: "POST", path: "/api/v1/nodes", body: nodeObject(name) }),
  );
  await createNamespaces(api, scaleNamespaces(wanted), signal);
  await each(missingPods, (pod) =>
    api.json({ method: "POST", path: `/api/v1/namespaces/${pod.namespace}/pods`, body: podObject(pod) }),
  );
}

async function createNamespaces(
  api: ApiClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await forEachBounded(names, concurrency, async (name) => {
    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: scaleLabel } };
    await api.json({ method: "POST", path: "/api/v1/namespaces", body }, [409]);
    const path = `/api/v1/namespaces/${name}/serviceaccounts/default`;
    for (let attempt = 0; (await api.send({ path })).status !== 200; attempt++) {
      signal.throwIfAborted();
      if (attempt > 300) throw new ClusterError(`namespace ${name} gets no ServiceAccount`);
      await sleep(100);
    }
  });
}

async function waitUntilRunning(api: ApiClient, wanted: Scale, signal: AbortSignal): Promise<void> {
  const until = Date.now() + patienceMs;
  for (let round = 0; ; round++) {
    signal.throwIfAborted();
    await requireCluster();
    const [ready, pending] = await Promise.all([countReadyNodes(api), countPendingPods(api)]);
    const running = wanted.pods - pending;
    if (ready >= wanted.nodes && running >= wanted.pods) return;
    const counts = `${ready} of ${wanted.nodes} nodes Ready, ${running} of ${wanted.pods} Pods Running`;
    if (round % 3 === 0) progress(counts);
    if (Date.now() > until) {
      throw new ClusterError(`${counts} after ${patienceMs / 1000} s; log: ${files.logs}/kwok.log`);
    }
    await sleep(2_000, undefined, { signal });
  }
}

interface Table {
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** A table without objects is a fraction of their bytes, and costs the API server a fraction of the work. */
async function rows(api: ApiClient, path: string): Promise<Table["rows"]> {
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  const query = `labelSelector=${scaleSelector}&includeObject=None`;
  return (await api.json<Table>({ path: `${path}${path.includes("?") ? "&" : "?"}${query}`, accept })).rows;
}

async function countReadyNodes(api: ApiClient): Promise<number> {
  return (await rows(api, "/api/v1/nodes")).filter(({ cells }) => cells.includes("Ready")).length;
}

async function countPendingPods(api: ApiClient): Promise<number> {
  return (await rows(api, "/api/v1/pods?fieldSelector=status.phase!%3DRunning")).length;
}

interface ExistingPod {
  readonly key: string;
  readonly node: string;
}

async function listScaled(
  api: ApiClient,
): Promise<{ nodes: string[]; namespaces: string[]; pods: ExistingPod[] }> {
  const list = (resource: string) =>
    api.json<{ items: readonly KubeObject[] }>({
      path: `/api/v1/${resource}?labelSelector=${scaleSelector}`,
    });
  const [nodes, namespaces, pods] = await Promise.all([list("nodes"), list("namespaces"), list("pods")]);
  return {
    nodes: nodes.items.map(({ metadata }) => metadata.name),
    namespaces: namespaces.items.map(({ metadata }) => metadata.name),
    pods: pods.items.map(({ metadata, spec }) => ({
      key: `${metadata.namespace}/${metadata.name}`,
      node: (spec as { nodeName?: string }).nodeName ?? "",
    })),
  };
}

function deletion(key: string) {
  const [namespace, name] = key.split("/");
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  // Without grace: no container is there that would need it.
  return { method: "DELETE", path, body: { gracePeriodSeconds: 0 } } as const;
}

/** Removes everything that `scale` made, and stops kwok. */
export async function removeScale(api: ApiClient): Promise<void> {
  const running = processRecords().find((record) => record.name === kwok.name);
  // kwok goes first: it would only report on Pods that are being deleted.
  if (running !== undefined) await stopProcess(running);
  const { nodes, namespaces, pods } = await listScaled(api);
  if (nodes.length + namespaces.length + pods.length === 0) return;
  progress(`deleting ${nodes.length} nodes and ${pods.length} Pods`);
  // One request for each namespace, and no grace: no container is there that would need it.
  await forEachBounded(namespaces, concurrency, (name) => {
    const path = `/api/v1/namespaces/${name}/pods`;
    return api.json(
      { method: "DELETE", path, body: { gracePeriodSeconds: 0 }, timeoutMs: patienceMs },
      [404],
    );
  });
  await forEachBounded(nodes, concurrency, (name) =>
    api.json({ method: "DELETE", path: `/api/v1/nodes/${name}` }, [404]),
  );
  await forEachBounded(namespaces, concurrency, (name) =>
    api.json({ method: "DELETE", path: `/api/v1/namespaces/${name}` }, [404, 409]),
  );
  await waitUntilGone(api, namespaces);
}

async function waitUntilGone(api: ApiClient, namespaces: readonly string[]): Promise<void> {
  const until = Date.now() + patienceMs;
  await forEachBounded(namespaces, concurrency, async (name) => {
    const path = `/api/v1/namespaces/${name}`;
    for (;;) {
      const response = await api.send({ path });
      if (response.status === 404) return;
      if (response.status !== 200) throw new ApiError({ path }, response);
      if (Date.now() > until) throw new ClusterError(`namespace ${name} does not go away`);
      await sleep(250);
    }
  });
}
