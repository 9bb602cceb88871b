import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { scale } from "./action.ts";

const podOf = (kind: string, owner: string, name: string, ready: string, deleted = "") => `
---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  uid: ${name}
  ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: ${owner}, uid: ${owner}, controller: true }]
  ${deleted}
status: { phase: Running, conditions: [{ type: Ready, status: "${ready}" }] }
`;

function ending(yaml: string, resource: "deployments" | "statefulSets", replicas: number): readonly string[] {
  const { objects } = snapshotFromYaml(yaml);
  const [target] = objects[resource].all;
  if (!target) throw new Error("no target");
  const { name } = target.metadata;
  const planned = scale.plan(
    { resource, namespace: "shop", name, replicas },
    { target, history: [], objects, now: "2026-01-01T12:00:00Z", seed: "abc" },
  );
  if (!("ends" in planned)) throw new Error("not planned");
  return planned.ends.map(({ metadata }) => metadata.name);
}

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: web }
spec: { replicas: 3, selector: {}, template: {} }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-1
  namespace: shop
  ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: web, controller: true }]
spec: { replicas: 3, selector: {} }
`;
const DB = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop, uid: db }
spec: { replicas: 12, serviceName: db, selector: {}, template: {} }
`;

describe("scale", () => {
  it("expects a Deployment to end first what is not Ready", () => {
    const pods = [
      podOf("ReplicaSet", "web-1", "web-1-a", "True"),
      podOf("ReplicaSet", "web-1", "web-1-b", "False"),
    ];
    expect(ending(WEB + pods.join(""), "deployments", 2)).toEqual(["web-1-b"]);
  });

  it("does not count Pods that are ending already", () => {
    const pods = [
      podOf("ReplicaSet", "web-1", "web-1-a", "False", "deletionTimestamp: 2026-01-01T11:59:00Z"),
      podOf("ReplicaSet", "web-1", "web-1-b", "True"),
    ];
    expect(ending(WEB + pods.join(""), "deployments", 2)).toEqual(["web-1-b"]);
  });

  it("expects a StatefulSet to end its highest ordinals, Ready or not", () => {
    const pods = ["db-2", "db-10", "db-11"].map((name, index) =>
      podOf("StatefulSet", "db", name, index === 0 ? "False" : "True"),
    );
    expect(ending(DB + pods.join(""), "statefulSets", 10)).toEqual(["db-11", "db-10"]);
  });

  it("expects nothing to end when there are more replicas", () => {
    expect(ending(WEB + podOf("ReplicaSet", "web-1", "web-1-a", "True"), "deployments", 4)).toEqual([]);
  });
});
