import { describe, expect, it } from "vitest";
import { readerFromYaml } from "../testing/reader.ts";
import { diagnoseNamespaces, diagnoseWorkloads } from "./diagnose-many.ts";

const namespace = (name: string, team: string): string =>
  `{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: { team: ${team} } } }`;

/** A Deployment with one Pod, which lacks the ConfigMap or is ready. */
const workload = (name: string, ns: string, map?: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${ns}, uid: d-${name}, labels: { app: ${name}, tier: front } }
spec: { replicas: 1, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } } } }
status: { replicas: 1, readyReplicas: ${map ? 0 : 1}, availableReplicas: ${map ? 0 : 1}, updatedReplicas: 1 }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: ${name}-1, namespace: ${ns}, uid: r-${name}, labels: { app: ${name} }, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: ${name}, uid: d-${name}, controller: true }] }
spec: { replicas: 1, template: { metadata: { labels: { app: ${name} } } } }
status: { replicas: 1, readyReplicas: ${map ? 0 : 1} }
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}-1-a, namespace: ${ns}, uid: p-${name}, labels: { app: ${name} }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: ${name}-1, uid: r-${name}, controller: true }] }
spec: { nodeName: n1, containers: [{ name: app, image: "registry.example/a:1", resources: { limits: { cpu: 1, memory: 1Gi } }${map ? `, envFrom: [{ configMapRef: { name: ${map} } }]` : ""} }] }
status:
  phase: ${map ? "Pending" : "Running"}
  startTime: "2026-01-01T11:00:00Z"
  conditions: [{ type: PodScheduled, status: "True" }, { type: Ready, status: "${map ? "False" : "True"}", lastTransitionTime: "2026-01-01T11:00:05Z" }]
  containerStatuses:
    - { name: app, ready: ${!map}, restartCount: 0, image: x, imageID: "", state: ${
      map
        ? `{ waiting: { reason: CreateContainerConfigError, message: 'configmap "${map}" not found' } }`
        : '{ running: { startedAt: "2026-01-01T11:00:05Z" } }'
    } }`;

const CLUSTER = [
  namespace("shop", "pay"),
  namespace("bank", "pay"),
  namespace("calm", "other"),
  workload("web", "shop", "settings"),
  workload("api", "shop", "settings"),
  workload("fine", "shop"),
  workload("ledger", "bank", "books"),
].join("\n---\n");

describe("several workloads", () => {
  it("share one cause that is named once, and each has its own state", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const diagnosis = await diagnoseWorkloads(reader, { namespace: "shop", selector: "tier=front" });
    expect(diagnosis.causes).toMatchObject([
      { code: "config_map_missing", object: { kind: "ConfigMap", name: "settings" } },
    ]);
    expect(diagnosis.state).toBe("failing");
    expect(diagnosis.targets?.map(({ name, state, causes }) => [name, state, causes.length])).toEqual([
      ["web", "failing", 1],
      ["api", "failing", 1],
      ["fine", "healthy", 0],
    ]);
  });

  it("are chosen by name, and one that does not exist is said to be missing", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const target = { namespace: "shop", kind: "Deployment", names: ["fine", "gone"] } as const;
    const diagnosis = await diagnoseWorkloads(reader, target);
    expect(diagnosis.targets).toMatchObject([{ name: "fine", state: "healthy" }]);
    expect(diagnosis.not_checked).toContainEqual({
      resource: "deployments",
      namespace: "shop",
      name: "gone",
      reason: "not_found",
    });
  });

  it("count once when they are named twice", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const target = {
      namespace: "shop",
      kind: "Deployment",
      names: ["fine", "fine", "gone", "gone"],
    } as const;
    const diagnosis = await diagnoseWorkloads(reader, target);
    expect(diagnosis.targets?.map(({ name }) => name)).toEqual(["fine"]);
    expect(diagnosis.not_checked.filter(({ name }) => name === "gone")).toHaveLength(1);
  });

  it.each([
    [{ selector: "app=none" }, "not_found"],
    [{ selector: "app in" }, "invalid_selector"],
    [{ kind: "Deployment", names: ["wep"] } as const, "not_found"],
    [{ kind: "Deployment", names: [".."] } as const, "invalid_name"],
  ])("%j ends with %s", async (target, code) => {
    const { reader } = readerFromYaml(CLUSTER);
    await expect(diagnoseWorkloads(reader, { namespace: "shop", ...target })).rejects.toMatchObject({ code });
  });
});

describe("several namespaces", () => {
  it("are chosen by their labels and read alone", async () => {
    const { reader, asked } = readerFromYaml(CLUSTER);
    const diagnosis = await diagnoseNamespaces(reader, { selector: "team=pay" });
    expect(diagnosis.targets?.map(({ name, state }) => [name, state])).toEqual([
      ["shop", "degraded"],
      ["bank", "failing"],
    ]);
    expect(diagnosis.pods).toEqual({ total: 4, healthy: 1 });
    expect(diagnosis.causes.map(({ object }) => object.name).sort()).toEqual(["books", "settings"]);
    expect(asked.filter(({ resource, namespace }) => resource === "pods" && namespace === "calm")).toEqual(
      [],
    );
  });

  it("count once when they are named twice", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const diagnosis = await diagnoseNamespaces(reader, { names: ["shop", "shop"] });
    expect(diagnosis.targets).toHaveLength(1);
    expect(diagnosis.pods).toEqual({ total: 3, healthy: 1 });
  });

  it("are chosen by name, and must exist", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const diagnosis = await diagnoseNamespaces(reader, { names: ["calm", "shoop"] });
    expect(diagnosis.targets).toMatchObject([{ name: "calm", state: "healthy" }]);
    expect(diagnosis.not_checked).toContainEqual({
      resource: "namespaces",
      name: "shoop",
      reason: "not_found",
    });
    await expect(diagnoseNamespaces(reader, { names: ["shoop"] })).rejects.toThrow("Did you mean shop?");
  });
});
