import { describe, expect, it } from "vitest";
import { readerFromYaml } from "../testing/reader.ts";
import { diagnoseObject } from "./diagnose.ts";

const CLUSTER = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Node
metadata: { name: worker-1, uid: n1, creationTimestamp: "2025-12-01T00:00:00Z" }
spec: { unschedulable: true }
status:
  nodeInfo: { kubeletVersion: v1.35.0 }
  allocatable: { cpu: "4", memory: 8Gi, pods: "110" }
  conditions: [{ type: Ready, status: Unknown, reason: NodeStatusUnknown, message: Kubelet stopped posting node status. }]
---
apiVersion: v1
kind: Node
metadata: { name: worker-2, uid: n2, creationTimestamp: "2025-12-01T00:00:00Z" }
status:
  allocatable: { cpu: "4", memory: 8Gi, pods: "110" }
  conditions: [{ type: Ready, status: "True", reason: KubeletReady }]
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, uid: p1 }
spec:
  nodeName: worker-1
  containers: [{ name: app, image: "registry.example/web:1", resources: { requests: { cpu: 500m, memory: 1Gi } } }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
status: { phase: Running, conditions: [{ type: Ready, status: "False" }] }
---
apiVersion: v1
kind: Pod
metadata: { name: calm, namespace: other, uid: p2 }
spec: { nodeName: worker-2, containers: [{ name: app, image: "registry.example/calm:1" }] }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast, uid: s1 }
provisioner: csi.example.com
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop, uid: c1, creationTimestamp: "2025-12-01T00:00:00Z" }
spec: { storageClassName: fast, volumeName: pv-1, accessModes: [ReadWriteOnce], resources: { requests: { storage: 5Gi } } }
status: { phase: Bound, capacity: { storage: 10Gi } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: later, namespace: shop, uid: c2, creationTimestamp: "2025-12-01T00:00:00Z" }
spec: { storageClassName: fast, accessModes: [ReadWriteOnce], resources: { requests: { storage: 5Gi } } }
status: { phase: Pending }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: gone, namespace: shop, uid: c3, creationTimestamp: "2025-12-01T00:00:00Z" }
spec: { storageClassName: fast, volumeName: pv-9, accessModes: [ReadWriteOnce], resources: { requests: { storage: 5Gi } } }
status: { phase: Lost }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: pv-1, uid: v1 }
spec: { capacity: { storage: 10Gi }, storageClassName: fast, persistentVolumeReclaimPolicy: Delete, claimRef: { namespace: shop, name: data, uid: c1 } }
status: { phase: Bound }
`;

describe("a diagnosis of a Node", () => {
  it("says what is wrong with it and how full it is", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const diagnosis = await diagnoseObject(reader, { kind: "Node", namespace: "", name: "worker-1" });
    expect(diagnosis).toMatchObject({
      target: { kind: "Node", namespace: "", name: "worker-1" },
      state: "failing",
      pods: { total: 1, healthy: 0 },
      status: {
        cordoned: true,
        kubelet_version: "v1.35.0",
        allocatable: { cpu: "4", memory: "8Gi", pods: 110 },
        requested: { cpu: "500m", memory: "1Gi", pods: 1 },
        conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }],
      },
    });
    expect(diagnosis.causes.map(({ code, object }) => [code, object.name])).toEqual([
      ["node_not_ready", "worker-1"],
    ]);
  });

  it("does not tell of other Nodes", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const diagnosis = await diagnoseObject(reader, { kind: "Node", namespace: "", name: "worker-2" });
    expect(diagnosis).toMatchObject({ state: "healthy", causes: [], pods: { total: 1, healthy: 1 } });
  });

  it("does not blame it for Pods that fail on it for reasons of their own, and tells of them", async () => {
    const { reader } = readerFromYaml(`${CLUSTER}---
apiVersion: v1
kind: Pod
metadata: { name: typo, namespace: other, uid: p3 }
spec: { nodeName: worker-2, containers: [{ name: app, image: "registry.example/typo:1" }] }
status:
  phase: Pending
  startTime: "2026-01-01T11:00:00Z"
  conditions: [{ type: Ready, status: "False" }]
  containerStatuses: [{ name: app, ready: false, restartCount: 0, image: x, imageID: "", state: { waiting: { reason: ErrImagePull, message: "registry.example/typo:1: not found" } } }]
`);
    const diagnosis = await diagnoseObject(reader, { kind: "Node", namespace: "", name: "worker-2" });
    expect(diagnosis).toMatchObject({
      state: "healthy",
      causes: [],
      issues: [],
      pods: { total: 2, healthy: 1 },
      other_causes: [{ code: "image_not_found", object: { kind: "Pod", namespace: "other", name: "typo" } }],
    });
  });

  it("keeps what follows from its own faults among its issues", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const diagnosis = await diagnoseObject(reader, { kind: "Node", namespace: "", name: "worker-1" });
    expect(diagnosis.other_causes).toBeUndefined();
    for (const followed of diagnosis.causes[0]?.explains ?? []) {
      expect(diagnosis.issues).toContainEqual(expect.objectContaining(followed));
    }
  });

  it("reads the Pods of all namespaces at once", async () => {
    const { reader, asked } = readerFromYaml(CLUSTER);
    await diagnoseObject(reader, { kind: "Node", namespace: "", name: "worker-1" });
    expect(asked.filter(({ resource }) => resource === "pods")).toEqual([{ resource: "pods" }]);
  });

  it("offers the nearest name", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    const asked = diagnoseObject(reader, { kind: "Node", namespace: "", name: "worker-3" });
    await expect(asked).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("There is no Node worker-3. Did you mean"),
    });
  });
});

describe("a diagnosis of storage", () => {
  it("says what a claim is bound to, and who uses it", async () => {
    const { reader } = readerFromYaml(CLUSTER);
    expect(
      await diagnoseObject(reader, { kind: "PersistentVolumeClaim", namespace: "shop", name: "data" }),
    ).toMatchObject({
      state: "healthy",
      causes: [],
      status: {
        phase: "Bound",
        requested: "5Gi",
        capacity: "10Gi",
        volume: "pv-1",
        storage_class: "fast",
        used_by: ["web"],
      },
    });
  });

  it.each([
    ["later", "healthy", []],
    ["gone", "failing", ["pvc_lost"]],
  ])("of claim %s is %s", async (name, state, codes) => {
    const { reader } = readerFromYaml(CLUSTER);
    const target = { kind: "PersistentVolumeClaim", namespace: "shop", name } as const;
    const diagnosis = await diagnoseObject(reader, target);
    expect(diagnosis.state).toBe(state);
    expect(diagnosis.causes.map(({ code }) => code)).toEqual(codes);
  });

  it("follows a volume to the namespace of its claim, and looks no further", async () => {
    const { reader, asked } = readerFromYaml(CLUSTER);
    const target = { kind: "PersistentVolume", namespace: "", name: "pv-1" } as const;
    expect(await diagnoseObject(reader, target)).toMatchObject({
      state: "healthy",
      status: { phase: "Bound", claim: "shop/data", reclaim_policy: "Delete" },
    });
    expect(asked.filter(({ resource }) => resource === "pods")).toEqual([
      { resource: "pods", namespace: "shop" },
    ]);
  });
});
