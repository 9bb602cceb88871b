import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { planIn, plannedIn, shopObject, verifyIn } from "../../testing/shop.ts";
import { scale } from "./action.ts";

const object = { resource: "deployments", namespace: "shop", name: "web" } as const;
const named = { ...object };

describe("scale", () => {
  it("goes through the scale subresource, and is taken back by the field", () => {
    expect(plannedIn(scale, { ...named, replicas: 5 })).toMatchObject({
      summary: "Scale Deployment web from 2 to 5 replicas.",
      writes: [{ verb: "scale", object, replicas: 5 }],
      facts: { old_replicas: 2, new_replicas: 5 },
      undo: { by: "fields", object, changes: [{ path: "/spec/replicas", before: 2, after: 5 }] },
      ends: [],
    });
  });

  it("names the Pods that end when there shall be fewer", () => {
    const { ends } = plannedIn(scale, { ...named, replicas: 0 });
    expect(ends.map(({ metadata }) => metadata.name)).toEqual(["web-3-a", "web-3-b"]);
    expect(plannedIn(scale, { ...named, replicas: 1 }).ends).toHaveLength(1);
  });

  it("has nothing to do when there are so many replicas; none said means one", () => {
    expect(planIn(scale, { ...named, replicas: 2 })).toEqual({
      unchanged: "Deployment web has 2 replicas already.",
    });
    const plan = planIn(scale, { ...named, replicas: 1 }, ({ spec = {} }) => {
      delete spec.replicas;
    });
    expect(plan).toEqual({ unchanged: "Deployment web has 1 replicas already." });
  });

  const after = (status: object, replicas = 5) =>
    shopObject("deployments", "web", (web) => {
      Object.assign(web.spec ?? {}, { replicas });
      web.status = { observedGeneration: 3, replicas: 5, availableReplicas: 5, ...status };
    });
  it.each([
    ["is done when so many are available", after({}), "done"],
    ["waits while fewer are available", after({ availableReplicas: 4 }), "waiting"],
    ["waits while there are more than wanted", after({ replicas: 6 }), "waiting"],
    ["waits until the controller has seen it", after({ observedGeneration: 2 }), "waiting"],
    ["has failed when somebody has scaled it otherwise", after({}, 3), "failed"],
    ["has failed when it is deleted", undefined, "failed"],
  ])("%s", (_, target, state) => {
    expect(verifyIn(scale, { ...named, replicas: 5 }, { target })).toMatchObject({ state });
  });

  it("scales StatefulSets, whose Pods it knows", () => {
    const input = { ...object, resource: "statefulSets", name: "db", replicas: 0 } as const;
    expect(plannedIn(scale, input)).toMatchObject({ facts: { old_replicas: 1, new_replicas: 0 }, ends: [] });
  });
});

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

describe("the Pods that end when a workload is scaled", () => {
  it("are first those of a Deployment that are not Ready", () => {
    const pods = [
      podOf("ReplicaSet", "web-1", "web-1-a", "True"),
      podOf("ReplicaSet", "web-1", "web-1-b", "False"),
    ];
    expect(ending(WEB + pods.join(""), "deployments", 1)).toEqual(["web-1-b"]);
  });

  it("are none that are ending already", () => {
    const pods = [
      podOf("ReplicaSet", "web-1", "web-1-a", "False", "deletionTimestamp: 2026-01-01T11:59:00Z"),
      podOf("ReplicaSet", "web-1", "web-1-b", "True"),
    ];
    expect(ending(WEB + pods.join(""), "deployments", 0)).toEqual(["web-1-b"]);
  });

  it("are those of a StatefulSet with the highest ordinals, Ready or not", () => {
    const pods = ["db-2", "db-10", "db-11"].map((name, index) =>
      podOf("StatefulSet", "db", name, index === 0 ? "False" : "True"),
    );
    expect(ending(DB + pods.join(""), "statefulSets", 10)).toEqual(["db-11", "db-10"]);
  });

  it("are none while there are no more than are wanted", () => {
    const pods = [podOf("ReplicaSet", "web-1", "web-1-a", "True")];
    expect(ending(WEB + pods.join(""), "deployments", 2)).toEqual([]);
  });

  it("are none when there shall be more replicas", () => {
    expect(ending(WEB + podOf("ReplicaSet", "web-1", "web-1-a", "True"), "deployments", 4)).toEqual([]);
  });
});
