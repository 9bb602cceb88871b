import { describe, expect, it } from "vitest";
import { readerFromYaml } from "../testing/reader.ts";
import { diagnoseCluster, diagnoseNamespace, diagnoseObject } from "./diagnose.ts";

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: d1 }
spec: { replicas: 1, selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } } } }
status: { replicas: 1, readyReplicas: 0, updatedReplicas: 1 }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, uid: r1, labels: { app: web }, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: d1, controller: true }] }
spec: { replicas: 1, template: { metadata: { labels: { app: web } } } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1-a, namespace: shop, uid: p1, labels: { app: web }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: r1, controller: true }] }
spec: { nodeName: n1, containers: [{ name: app, image: "registry.example/web:9" }] }
status:
  phase: Pending
  startTime: "2026-01-01T11:00:00Z"
  conditions: [{ type: PodScheduled, status: "True" }, { type: Ready, status: "False", reason: ContainersNotReady }]
  containerStatuses:
    - { name: app, ready: false, restartCount: 0, image: x, imageID: "", state: { waiting: { reason: ErrImagePull, message: "registry.example/web:9: not found" } } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: ClusterIP, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x, namespace: shop, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: false }, targetRef: { kind: Pod, namespace: shop, name: web-1-a } }]
---
apiVersion: v1
kind: Namespace
metadata: { name: calm }
---
apiVersion: v1
kind: Pod
metadata: { name: fine, namespace: calm }
spec: { containers: [{ name: app, image: "registry.example/fine:1" }] }
status:
  phase: Running
  conditions: [{ type: Ready, status: "True" }]
  containerStatuses: [{ name: app, ready: true, restartCount: 0, image: x, imageID: y, state: { running: { startedAt: "2026-01-01T00:00:00Z" } } }]
`;

describe("a diagnosis", () => {
  it.each([
    ["Pod", "web-1-a", "failing"],
    ["ReplicaSet", "web-1", "failing"],
    ["Deployment", "web", "failing"],
    ["Service", "web", "failing"],
  ] as const)("finds the same cause from the %s", async (kind, name, state) => {
    const { reader } = readerFromYaml(SHOP);
    const diagnosis = await diagnoseObject(reader, { kind, namespace: "shop", name });
    expect(diagnosis).toMatchObject({ cluster: "test", state, target: { kind, namespace: "shop", name } });
    expect(diagnosis.causes.map(({ code, object }) => [code, object.kind])).toEqual([
      ["image_not_found", "Deployment"],
    ]);
  });

  it("publishes the fields of its tool beside the verdict", async () => {
    const { reader } = readerFromYaml(SHOP);
    expect(
      await diagnoseObject(reader, { kind: "Deployment", namespace: "shop", name: "web" }),
    ).toMatchObject({
      replicas: { desired: 1, ready: 0, available: 0, updated: 1 },
    });
    expect(await diagnoseObject(reader, { kind: "Service", namespace: "shop", name: "web" })).toMatchObject({
      service_type: "ClusterIP",
      issues: expect.arrayContaining([expect.objectContaining({ code: "no_endpoints", severity: "high" })]),
    });
    expect(await diagnoseObject(reader, { kind: "Pod", namespace: "shop", name: "web-1-a" })).toMatchObject({
      status: {
        phase: "Pending",
        conditions: [{ type: "PodScheduled", status: "True" }, { reason: "ContainersNotReady" }],
      },
    });
  });

  it("of a namespace has its causes only, of the cluster has all", async () => {
    const { reader } = readerFromYaml(SHOP);
    expect(await diagnoseNamespace(reader, "calm")).toMatchObject({ state: "healthy", causes: [] });
    expect(await diagnoseNamespace(reader, "shop")).toMatchObject({
      state: "failing",
      pods: { total: 1, healthy: 0 },
    });
    expect(await diagnoseCluster(reader)).toMatchObject({
      state: "degraded",
      pods: { total: 2, healthy: 1 },
    });
    expect(await diagnoseCluster(reader, { namespaces: ["calm"] })).toMatchObject({ state: "healthy" });
  });

  it("reads only the namespace that it is asked about", async () => {
    const { reader, asked } = readerFromYaml(SHOP);
    await diagnoseNamespace(reader, "calm");
    expect(asked.filter(({ resource }) => resource === "pods")).toEqual([
      { resource: "pods", namespace: "calm" },
    ]);
  });

  it("never takes what could not be read for health", async () => {
    const { reader } = readerFromYaml(SHOP, { refused: { pods: "forbidden" } });
    const diagnosis = await diagnoseNamespace(reader, "calm");
    expect(diagnosis.state).toBe("unknown");
    expect(diagnosis.not_checked).toContainEqual({
      resource: "pods",
      namespace: "calm",
      reason: "forbidden",
    });
  });

  it.each([
    ["Pod", "shop", "web-1-b", "not_found", /Did you mean web-1-a\?/],
    ["Pod", "shp", "web-1-a", "not_found", /no namespace shp/],
    ["Pod", "shop", "..", "invalid_name", /RFC 1123/],
    ["Pod", "..", "web", "invalid_name", /RFC 1123/],
  ] as const)("refuses %s %s/%s", async (kind, namespace, name, code, message) => {
    const { reader } = readerFromYaml(SHOP);
    await expect(diagnoseObject(reader, { kind, namespace, name })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it("says that an object may not be read rather than that it does not exist", async () => {
    const { reader } = readerFromYaml(SHOP, { refused: { deployments: "forbidden" } });
    const asked = diagnoseObject(reader, { kind: "Deployment", namespace: "shop", name: "web" });
    await expect(asked).rejects.toMatchObject({ code: "forbidden" });
  });
});
