import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { claimKey, claimsOf, podsByClaim, sufferersOf } from "./claims.ts";

const { objects } = snapshotFromYaml(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: db-0, namespace: shop }
spec:
  volumes:
    - { name: data, persistentVolumeClaim: { claimName: data } }
    - { name: scratch, ephemeral: {} }
    - { name: tmp, emptyDir: {} }
status: { phase: Pending }
---
apiVersion: v1
kind: Pod
metadata: { name: old, namespace: shop }
spec: { volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }] }
status: { phase: Succeeded }
---
apiVersion: v1
kind: Pod
metadata: { name: elsewhere, namespace: crm }
spec: { volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }] }
status: { phase: Pending }
`);

describe("claims of Pods", () => {
  it("are those that the volumes name, and those made for ephemeral volumes", () => {
    const pod = objects.pods.get("shop", "db-0");
    expect(pod && claimsOf(pod)).toEqual([
      { volume: "data", name: "data", ephemeral: false },
      { volume: "scratch", name: "db-0-scratch", ephemeral: true },
    ]);
  });

  it("are found by namespace and name", () => {
    const users = podsByClaim(objects).get(claimKey("shop", "data"));
    expect(users?.map(({ metadata }) => metadata.name)).toEqual(["db-0", "old"]);
  });

  it("take the Pods along that wait", () => {
    const claim = objects.persistentVolumeClaims.get("shop", "data");
    const names = claim && sufferersOf(claim, podsByClaim(objects)).map(({ name }) => name);
    expect(names).toEqual(["data", "db-0"]);
  });
});
