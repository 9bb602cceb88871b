import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { allocatable, formatAmount, formatBound, podRequests, podsByNode, requestedBy } from "./requests.ts";

const podWith = (spec: string, name = "web-1", phase = "Running") => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
status: { phase: ${phase} }
`;
const requests = (spec: string) => {
  const [pod] = snapshotFromYaml(podWith(spec)).objects.pods.all;
  return pod && Object.fromEntries(podRequests(pod));
};
const container = (cpu: string, more = "") =>
  `{ name: c${cpu}, resources: { requests: { cpu: "${cpu}" } }${more} }`;

describe("podRequests", () => {
  it("adds up the containers", () => {
    expect(requests(`{ containers: [${container("250m")}, ${container("1")}] }`)).toEqual({ cpu: 1.25 });
  });

  it("takes the largest init container when it asks for more", () => {
    expect(
      requests(`{ containers: [${container("1")}], initContainers: [${container("3")}, ${container("2")}] }`),
    ).toEqual({
      cpu: 3,
    });
  });

  it("counts sidecars to the containers and to the init containers after them", () => {
    const sidecar = container("1", ", restartPolicy: Always");
    expect(
      requests(`{ containers: [${container("2")}], initContainers: [${sidecar}, ${container("1500m")}] }`),
    ).toEqual({
      cpu: 3,
    });
    expect(
      requests(`{ containers: [${container("1")}], initContainers: [${sidecar}, ${container("3")}] }`),
    ).toEqual({ cpu: 4 });
  });

  it("lets the Pod's own resources go first and adds the overhead", () => {
    expect(
      requests(
        `{ resources: { requests: { cpu: "2" } }, overhead: { cpu: 250m, memory: 120Mi }, containers: [${container("1")}] }`,
      ),
    ).toEqual({ cpu: 2.25, memory: 120 * 2 ** 20 });
  });
});

describe("what a Node has left", () => {
  const { objects } = snapshotFromYaml(`
apiVersion: v1
kind: Node
metadata: { name: worker-1 }
status: { allocatable: { cpu: 3920m, pods: "110" } }
${podWith(`{ nodeName: worker-1, containers: [${container("1")}] }`)}
${podWith(`{ nodeName: worker-1, containers: [${container("2")}] }`, "done", "Succeeded")}
${podWith(`{ containers: [${container("4")}] }`, "waits", "Pending")}
`);

  it("counts the unfinished Pods that are assigned to it", () => {
    const pods = podsByNode(objects);
    expect([...pods.keys()]).toEqual(["worker-1"]);
    expect(requestedBy(pods.get("worker-1"), "cpu")).toBe(1);
    expect(requestedBy(undefined, "cpu")).toBe(0);
  });

  it("is 0 of a resource that the Node does not offer", () => {
    const [node] = objects.nodes.all;
    expect(node && [allocatable(node, "cpu"), allocatable(node, "nvidia.com/gpu")]).toEqual([3.92, 0]);
  });
});

describe("formatAmount", () => {
  it.each([
    ["cpu", 2, "2"],
    ["cpu", 0.25, "250m"],
    ["memory", 1.5 * 2 ** 30, "1.5Gi"],
    ["memory", 100, "100"],
    ["nvidia.com/gpu", 4, "4"],
  ])("writes %s %d as %s", (resource, value, text) => {
    expect(formatAmount(resource, value)).toBe(text);
  });
});

describe("formatBound", () => {
  it("never rounds down", () => {
    expect(formatBound("memory", 2080 * 2 ** 20 + 1)).toBe("2081Mi");
    expect(formatBound("cpu", 1.9 + 2 * 0.5)).toBe("2900m");
    expect(formatBound("pods", 11)).toBe("11");
  });
});
