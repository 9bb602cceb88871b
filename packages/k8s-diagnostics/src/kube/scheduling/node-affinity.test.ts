import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { nodeMismatches } from "./node-affinity.ts";

const mismatches = (spec: string) => {
  const { objects } = snapshotFromYaml(`
apiVersion: v1
kind: Node
metadata: { name: worker-1, labels: { disk: hdd, zone: a, cores: "8" } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop }
spec: ${spec}
`);
  const [pod] = objects.pods.all;
  const [node] = objects.nodes.all;
  return pod && node && nodeMismatches(pod, node);
};
const terms = (text: string) =>
  `{ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: ${text} } } } }`;

describe("nodeMismatches", () => {
  it("names the label of the nodeSelector that differs and the one that is missing", () => {
    expect(mismatches("{ nodeSelector: { disk: ssd, zone: a, gpu: yes-please } }")).toEqual([
      { path: "nodeSelector.disk", key: "disk", operator: "In", wanted: ["ssd"], actual: "hdd" },
      { path: "nodeSelector.gpu", key: "gpu", operator: "In", wanted: ["yes-please"], actual: undefined },
    ]);
  });

  it.each([
    ["{ key: disk, operator: In, values: [ssd, hdd] }", true],
    ["{ key: disk, operator: NotIn, values: [hdd] }", false],
    ["{ key: gpu, operator: NotIn, values: [a] }", true],
    ["{ key: gpu, operator: Exists }", false],
    ["{ key: gpu, operator: DoesNotExist }", true],
    ["{ key: cores, operator: Gt, values: ['4'] }", true],
    ["{ key: cores, operator: Lt, values: ['4'] }", false],
    ["{ key: gpu, operator: Gt, values: ['4'] }", false],
  ])("judges the expression %s", (expression, satisfied) => {
    expect(mismatches(terms(`[{ matchExpressions: [${expression}] }]`))?.length === 0).toBe(satisfied);
  });

  it("needs one of several terms only, and reports the nearest", () => {
    const far =
      "{ matchExpressions: [{ key: disk, operator: In, values: [ssd] }, { key: gpu, operator: Exists }] }";
    const near = "{ matchExpressions: [{ key: zone, operator: In, values: [b] }] }";
    expect(
      mismatches(terms(`[${far}, { matchExpressions: [{ key: zone, operator: In, values: [a] }] }]`)),
    ).toEqual([]);
    expect(mismatches(terms(`[${far}, ${near}]`))).toMatchObject([
      { key: "zone", wanted: ["b"], actual: "a" },
    ]);
  });

  it("compares the name of the Node that a DaemonSet's Pod is made for", () => {
    const field = (name: string) =>
      terms(`[{ matchFields: [{ key: metadata.name, operator: In, values: [${name}] }] }]`);
    expect(mismatches(field("worker-1"))).toEqual([]);
    expect(mismatches(field("worker-2"))).toMatchObject([{ key: "metadata.name", actual: "worker-1" }]);
  });

  it("takes an affinity without terms for one that nothing satisfies", () => {
    expect(mismatches(terms("[]"))).toHaveLength(1);
  });
});
