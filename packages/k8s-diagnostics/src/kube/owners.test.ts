import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { workloadOf } from "./owners.ts";

const owner = (kind: string, name: string) =>
  `ownerReferences: [{ apiVersion: v1, kind: ${kind}, name: ${name}, uid: u, controller: true }]`;
const pod = (more: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web-5d9-x, namespace: shop, ${more} }\n`;
const replicaSet = (more: string) =>
  `---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: { name: web-5d9, namespace: shop, ${more} }\n`;
const hash = "labels: { pod-template-hash: 5d9 }";

function workload(yaml: string): string | undefined {
  const { objects } = snapshotFromYaml(yaml);
  const [first] = objects.pods.all;
  const ref = first && workloadOf(first, objects);
  return ref && `${ref.kind} ${ref.name}`;
}

describe("workloadOf", () => {
  it.each([
    ["a Pod of its own", pod("uid: p"), "Pod web-5d9-x"],
    ["a StatefulSet's Pod", pod(owner("StatefulSet", "db")), "StatefulSet db"],
    [
      "a Deployment's Pod",
      pod(owner("ReplicaSet", "web-5d9")) + replicaSet(owner("Deployment", "web")),
      "Deployment web",
    ],
    [
      "a lone ReplicaSet's Pod",
      pod(`${owner("ReplicaSet", "web-5d9")}, ${hash}`) + replicaSet("uid: r"),
      "ReplicaSet web-5d9",
    ],
    [
      "a Pod whose ReplicaSet was not read",
      pod(`${owner("ReplicaSet", "web-5d9")}, ${hash}`),
      "Deployment web",
    ],
    ["one without the hash of a Deployment", pod(owner("ReplicaSet", "web-5d9")), "ReplicaSet web-5d9"],
  ])("of %s", (_, yaml, expected) => {
    expect(workload(yaml)).toBe(expected);
  });
});
