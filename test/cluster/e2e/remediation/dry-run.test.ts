import process from "node:process";
import {
  type ClusterWriter,
  connect,
  createLiveWriter,
  type ObjectKey,
  type Patch,
} from "@k8s-ops/k8s-cluster";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCluster } from "../cluster.ts";
import { kubectl } from "../kubectl.ts";
import { idleCronJob, idleDeployment } from "./objects.ts";
import { until } from "./trial.ts";

const NAMESPACE = "remediation-dry-run";
const IMAGE = "registry.local/app:1.0";

type Precondition = Parameters<ClusterWriter["delete"]>[1];

/** A write, and the object of its own that it is about. */
interface Case {
  readonly write: string;
  readonly key: ObjectKey;
  /** Absent where the write makes the object. */
  readonly object?: Readonly<Record<string, unknown>>;
  send(writer: ClusterWriter, seen: Precondition, mode: { readonly dryRun: boolean }): Promise<unknown>;
}

function patching(type: Patch["type"], patch: Patch): Case {
  const name = `patch-${type}`;
  const key: ObjectKey = { resource: "cronJobs", namespace: NAMESPACE, name };
  return {
    write: `a ${type} patch`,
    key,
    object: idleCronJob(NAMESPACE, name),
    send: (writer, seen, mode) => writer.patch(key, patch, seen, mode),
  };
}

const scaled: ObjectKey = { resource: "deployments", namespace: NAMESPACE, name: "scaled" };
const evicted: ObjectKey<"pods"> = { resource: "pods", namespace: NAMESPACE, name: "evicted" };
const created: ObjectKey = { resource: "cronJobs", namespace: NAMESPACE, name: "created" };
const deleted: ObjectKey = { resource: "cronJobs", namespace: NAMESPACE, name: "deleted" };

/** No scheduler and no kubelet touches it. */
const gatedPod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: evicted.name, namespace: NAMESPACE },
  spec: {
    schedulingGates: [{ name: "k8s-ops-mcp.test/never" }],
    containers: [{ name: "app", image: IMAGE }],
  },
};

const CASES: readonly Case[] = [
  patching("strategic", { type: "strategic", value: { spec: { suspend: true } } }),
  patching("merge", { type: "merge", value: { spec: { suspend: true } } }),
  patching("json", { type: "json", value: [{ op: "replace", path: "/spec/suspend", value: true }] }),
  {
    write: "a scaling",
    key: scaled,
    object: idleDeployment(NAMESPACE, scaled.name),
    send: (writer, seen, mode) => writer.scale(scaled, 1, seen, mode),
  },
  {
    write: "an eviction",
    key: evicted,
    object: gatedPod,
    send: (writer, seen, mode) => writer.evict(evicted, seen, mode),
  },
  {
    write: "a creation",
    key: created,
    send: (writer, _, mode) => writer.create(created, idleCronJob(NAMESPACE, created.name), mode),
  },
  {
    write: "a deletion",
    key: deleted,
    object: idleCronJob(NAMESPACE, deleted.name),
    send: (writer, seen, mode) => writer.delete(deleted, seen, mode),
  },
];

let kubeconfig: string;
let writer: ClusterWriter;

/** What tells whether anything was stored; undefined when there is no such object. */
async function stateOf(key: ObjectKey) {
  const found = await writer.get(key);
  const { uid = "", resourceVersion = "", deletionTimestamp } = found?.metadata ?? {};
  return found && { uid, resourceVersion, deletionTimestamp };
}

/** Its controller has said all that it has to say. */
async function settled(key: ObjectKey): Promise<void> {
  let last = "";
  let same = 0;
  await until(`${key.name} settles`, async () => {
    const { resourceVersion = "" } = (await stateOf(key)) ?? {};
    same = resourceVersion === last ? same + 1 : 0;
    last = resourceVersion;
    return same >= 10;
  });
}

describe("a dry run on a real API server", () => {
  beforeAll(async () => {
    kubeconfig = await findCluster(new AbortController().signal);
    await kubectl(["delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s"], { kubeconfig });
    await kubectl(["create", "namespace", NAMESPACE], { kubeconfig });
    const args = ["wait", "--for=create", "--timeout=30s", "serviceaccount/default"];
    await kubectl(args, { kubeconfig, namespace: NAMESPACE });
    writer = createLiveWriter(await connect({ kubeconfig, env: process.env }));
  });

  afterAll(async () => {
    await kubectl(["delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false"], { kubeconfig });
  });

  it.each(CASES)("of $write stores nothing, though the same write does", async ({ key, object, send }) => {
    if (object) {
      await writer.create(key, object, { dryRun: false });
      await settled(key);
    }
    const before = await stateOf(key);
    const seen = { uid: before?.uid ?? "", ...(before && { resourceVersion: before.resourceVersion }) };
    await send(writer, seen, { dryRun: true });
    expect(await stateOf(key)).toEqual(before);
    await send(writer, seen, { dryRun: false });
    expect(await stateOf(key)).not.toEqual(before);
  });
});
