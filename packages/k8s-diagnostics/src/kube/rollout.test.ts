import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { currentReplicaSet, previousHealthyRevision, previousRevision } from "./rollout.ts";

const replicaSet = (name: string, revision: number, image: string, replicas: number, ready: number) => `
---
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: ${name}
  namespace: shop
  annotations: { deployment.kubernetes.io/revision: "${revision}" }
  ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, uid: d, controller: true }]
spec:
  replicas: ${replicas}
  template:
    metadata: { labels: { app: web, pod-template-hash: h${revision} }, creationTimestamp: null }
    spec: { containers: [{ name: app, image: "${image}" }] }
status: { replicas: ${replicas}, readyReplicas: ${ready} }`;

const deployment = (image: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, annotations: { deployment.kubernetes.io/revision: "3" } }
spec:
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: "${image}" }] }`;

function rollout(image: string, sets: readonly string[]) {
  const { objects } = snapshotFromYaml(deployment(image) + sets.join(""));
  const [found] = objects.deployments.all;
  if (!found) throw new Error("no Deployment in the snapshot");
  return { objects, deployment: found };
}

describe("a Deployment's revisions", () => {
  it("finds the current ReplicaSet by template, whatever its hash label", () => {
    const { objects, deployment } = rollout("app:2", [
      replicaSet("web-1", 1, "app:1", 0, 0),
      replicaSet("web-2", 2, "app:2", 1, 0),
    ]);
    expect(currentReplicaSet(deployment, objects)?.metadata.name).toBe("web-2");
  });

  it("names the newest earlier revision with ready Pods and the field that changed", () => {
    const { objects, deployment } = rollout("app:3", [
      replicaSet("web-1", 1, "app:1", 2, 2),
      replicaSet("web-2", 2, "app:2", 0, 0),
      replicaSet("web-3", 3, "app:3", 1, 0),
    ]);
    expect(previousHealthyRevision(deployment, objects)).toEqual({
      revision: 1,
      replicaSet: { kind: "ReplicaSet", namespace: "shop", name: "web-1" },
      changed: ["spec.containers[app].image"],
    });
    expect(previousRevision(deployment, objects)?.revision).toBe(2);
  });

  it("names none while the current revision is ready, or when no earlier one is", () => {
    const good = rollout("app:2", [
      replicaSet("web-1", 1, "app:1", 1, 1),
      replicaSet("web-2", 2, "app:2", 1, 1),
    ]);
    expect(previousHealthyRevision(good.deployment, good.objects)).toBeUndefined();
    const lost = rollout("app:2", [
      replicaSet("web-1", 1, "app:1", 0, 0),
      replicaSet("web-2", 2, "app:2", 1, 0),
    ]);
    expect(previousHealthyRevision(lost.deployment, lost.objects)).toBeUndefined();
  });
});
