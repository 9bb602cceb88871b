import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scale } from "../../src/scale.ts";
import { scaleNodes } from "../../src/scale-objects.ts";
import type { Server } from "./server.ts";
import { openTrial, type Trial, until } from "./trial.ts";

const NAMESPACE = "remediation-nodes";
const SIZE = { nodes: 2, pods: 0 };
const [OURS = "", THEIRS = ""] = scaleNodes(SIZE);
const MIRROR = "kubernetes.io/config.mirror";

let trial: Trial;
let server: Server;

const podSpec = {
  tolerations: [{ key: "kwok.x-k8s.io/node", operator: "Exists" }],
  containers: [{ name: "app", image: "registry.local/app:1.0" }],
};

/** A Pod of each sort on a Node, by the words of kubectl's filters. */
function podsOn(node: string): readonly object[] {
  const pod = (name: string, more: { annotations?: object; spec?: object; owner?: boolean } = {}) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${name}-${node}`, labels: { sort: name }, annotations: more.annotations ?? {} },
    spec: { nodeName: node, ...podSpec, ...more.spec },
  });
  const pinned = (name: string, more: object = {}) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: `${name}-${node}` },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: `${name}-${node}` } },
      template: {
        metadata: { labels: { app: `${name}-${node}`, sort: name } },
        spec: { nodeSelector: { "kubernetes.io/hostname": node }, ...podSpec, ...more },
      },
    },
  });
  return [
    pod("bare"),
    pod("mirror", { annotations: { [MIRROR]: "0123" } }),
    pinned("replicated"),
    pinned("cached", { volumes: [{ name: "cache", emptyDir: {} }] }),
  ];
}

const DAEMON_SET = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "agent" },
  spec: {
    selector: { matchLabels: { app: "agent" } },
    template: {
      metadata: { labels: { app: "agent", sort: "daemon" } },
      spec: { nodeSelector: { "k8s-ops-mcp/scale": "true" }, ...podSpec },
    },
  },
};

async function fieldsOf(name: string) {
  const node = await trial.writer.get({ resource: "nodes", namespace: "", name });
  if (!node) throw new Error(`there is no Node ${name}`);
  const taints = (node.spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort();
  return {
    unschedulable: node.spec?.unschedulable,
    taints,
    labels: Object.keys(node.metadata.labels ?? {}).sort(),
    annotations: Object.keys(node.metadata.annotations ?? {}).sort(),
  };
}

/** Sorts of the Pods on a Node that are not ending. */
async function sortsOn(node: string): Promise<readonly string[]> {
  const pods = await trial.writer.list({
    resource: "pods",
    namespace: NAMESPACE,
    fieldSelector: `spec.nodeName=${node}`,
  });
  return pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.labels?.sort ?? "")
    .sort();
}

/** The taint follows the field a moment later. */
async function bothTainted(isTainted: boolean): Promise<void> {
  const key = "node.kubernetes.io/unschedulable:NoSchedule";
  await until("the taints follow", async () => {
    const both = await Promise.all([OURS, THEIRS].map(fieldsOf));
    return both.every(({ taints }) => taints.includes(key) === isTainted);
  });
}

const ALL = ["bare", "cached", "cached", "daemon", "mirror", "replicated", "replicated"];

// Imitated Nodes belong to our own cluster only.
describe.skipIf(process.env.K8S_OPS_KUBECONFIG !== undefined)("a Node ends as kubectl leaves it", () => {
  beforeAll(async () => {
    trial = await openTrial([NAMESPACE, `${NAMESPACE}-state`]);
    await scale(SIZE, new AbortController().signal);
    server = await trial.serve();
    const items = [DAEMON_SET, ...[OURS, THEIRS].flatMap(podsOn)];
    await trial.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    await until("all Pods are there", async () =>
      (await Promise.all([OURS, THEIRS].map(sortsOn))).every((sorts) => sorts.length === ALL.length),
    );
    await trial.kubectl(["wait", "pod", "--all", "--for=condition=Ready", "--timeout=60s"]);
  });

  afterAll(async () => {
    // kwok confirms the end of Pods, and goes with its Nodes.
    await trial?.kubectl(["delete", "namespace", NAMESPACE, "--timeout=60s"]);
    await trial?.close();
    await scale({ nodes: 0, pods: 0 }, new AbortController().signal);
  });

  const call = (tool: string, more: object = {}) =>
    server.result(tool, { node_name: OURS, ...more, confirm: true });

  it("after cordon, uncordon and their undo", async () => {
    const before = await fieldsOf(OURS);
    const cordoned = await call("remediate_cordon_node");
    const said = await trial.kubectl(["cordon", THEIRS]);
    expect([cordoned.verified, cordoned.observed]).toEqual([true, `node/${OURS} cordoned`]);
    expect(said.trim()).toBe(`node/${THEIRS} cordoned`);
    await bothTainted(true);
    expect(await fieldsOf(OURS)).toEqual(await fieldsOf(THEIRS));

    const again = await call("remediate_cordon_node");
    expect([again.status, again.message]).toEqual(["unchanged", `node/${OURS} already cordoned`]);
    expect((await trial.kubectl(["cordon", THEIRS])).trim()).toBe(`node/${THEIRS} already cordoned`);

    await call("remediate_uncordon_node");
    await trial.kubectl(["uncordon", THEIRS]);
    await bothTainted(false);
    expect(await fieldsOf(OURS)).toEqual(await fieldsOf(THEIRS));
    expect(await fieldsOf(OURS)).toEqual(before);

    const third = await call("remediate_cordon_node");
    if (typeof third.undo !== "object") throw new Error(`no undo: ${third.undo}`);
    await server.result(third.undo.tool, { ...third.undo.arguments, confirm: true });
    await bothTainted(false);
    expect(await fieldsOf(OURS)).toEqual(before);
  });

  it("when a drain would lose a Pod or its data: nothing is evicted, and both reasons are told", async () => {
    const args = ["drain", THEIRS, "--ignore-daemonsets", "--timeout=30s"];
    const said = await trial.saying(args);
    expect(said).toContain("--force");
    expect(said).toContain("--delete-emptydir-data");
    await trial.kubectl(["uncordon", THEIRS]);
    const { error } = await server.call("remediate_drain_node", { node_name: OURS, confirm: true });
    expect(error?.code).toBe("precondition_failed");
    expect(error?.message).toContain("[unmanaged_pod]");
    expect(error?.message).toContain("[emptydir_data]");
    expect(await sortsOn(OURS)).toEqual(ALL);
    expect(await sortsOn(THEIRS)).toEqual(ALL);
    expect((await fieldsOf(OURS)).unschedulable).toBeUndefined();
  });

  it("after a drain: the same Pods are evicted, and the same stay", async () => {
    const drained = await call("remediate_drain_node", {
      override: ["unmanaged_pod", "emptydir_data", "last_ready_replica"],
    });
    const flags = ["--ignore-daemonsets", "--force", "--delete-emptydir-data", "--timeout=60s"];
    const said = await trial.kubectl(["drain", THEIRS, ...flags]);
    expect(said.trim().split("\n").at(-1)).toBe(`node/${THEIRS} drained`);
    expect([drained.verified, drained.observed]).toEqual([true, `node/${OURS} drained`]);
    expect(drained.evicted).toHaveLength(5);
    expect(await sortsOn(THEIRS)).toEqual(["daemon", "mirror"]);
    expect(await sortsOn(OURS)).toEqual(["daemon", "mirror"]);
    await bothTainted(true);
    expect(await fieldsOf(OURS)).toEqual(await fieldsOf(THEIRS));
    const again = await call("remediate_drain_node");
    expect([again.status, again.message]).toEqual(["unchanged", `node/${OURS} drained`]);
  });
});
