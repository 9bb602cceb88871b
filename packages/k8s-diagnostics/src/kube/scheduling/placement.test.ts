import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { placementOf } from "./placement.ts";
import { parseSchedulerMessage } from "./scheduler-message.ts";

const node = (name: string, spec = "{}", labels = "{}") => `
---
apiVersion: v1
kind: Node
metadata: { name: ${name}, labels: ${labels} }
spec: ${spec}
status: { allocatable: { cpu: "4", pods: "110" } }
`;
const CONTROL_PLANE = node(
  "cp",
  "{ taints: [{ key: node-role.kubernetes.io/control-plane, effect: NoSchedule }] }",
);

function place(nodes: string, reasons: string, podSpec = "{ containers: [] }") {
  const { objects } = snapshotFromYaml(`${nodes}
---
apiVersion: v1
kind: Pod
metadata: { name: web-1, namespace: shop }
spec: ${podSpec}
`);
  const [pod] = objects.pods.all;
  const placement =
    pod && placementOf(pod, parseSchedulerMessage(`0/9 nodes are available: ${reasons}.`), objects);
  return (
    placement && {
      nodes: placement.nodes.map((view) => view.node.metadata.name),
      blocking: [...placement.blocking],
    }
  );
}

describe("placementOf", () => {
  it("finds the Nodes that would take the Pod if there were room", () => {
    expect(
      place(CONTROL_PLANE + node("a") + node("b", "{ unschedulable: true }"), "1 Insufficient cpu"),
    ).toEqual({
      nodes: ["a"],
      blocking: [],
    });
  });

  it("blames a cordon before a taint of the control plane", () => {
    const reasons = "1 node(s) had untolerated taint(s), 1 node(s) were unschedulable";
    expect(place(CONTROL_PLANE + node("a", "{ unschedulable: true }"), reasons)).toEqual({
      nodes: ["a"],
      blocking: ["cordoned"],
    });
  });

  it("blames the taint of the Node that the Pod selects before the labels of the others", () => {
    const gpu = node("gpu", "{ taints: [{ key: gpu, effect: NoSchedule }] }", "{ gpu: a100 }");
    const reasons =
      "1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {gpu: }";
    expect(place(gpu + node("a"), reasons, "{ nodeSelector: { gpu: a100 } }")).toEqual({
      nodes: ["gpu"],
      blocking: ["taint"],
    });
  });

  it("blames the selector when only a Node of the control plane has the label", () => {
    const cp = node(
      "cp",
      "{ taints: [{ key: node-role.kubernetes.io/control-plane, effect: NoSchedule }] }",
      "{ arch: arm }",
    );
    const reasons = "1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s)";
    expect(place(cp + node("a"), reasons, "{ nodeSelector: { arch: arm } }")).toEqual({
      nodes: ["a"],
      blocking: ["node_affinity"],
    });
  });

  it("blames the Node's condition when its taint is the node controller's", () => {
    const down = node("a", "{ taints: [{ key: node.kubernetes.io/unreachable, effect: NoSchedule }] }");
    expect(place(CONTROL_PLANE + down, "2 node(s) had untolerated taint(s)")).toEqual({
      nodes: ["a"],
      blocking: ["condition"],
    });
  });

  it("tells a request that no empty Node can meet", () => {
    const spec = "{ containers: [{ name: app, resources: { requests: { cpu: 64 } } }] }";
    expect(place(node("a"), "1 Insufficient cpu", spec)).toEqual({ nodes: ["a"], blocking: ["resource"] });
  });

  it("leaves open which is meant when untainted Nodes are too small and a tainted one is not", () => {
    const big = node("big", "{ taints: [{ key: dedicated, effect: NoSchedule }] }").replace(
      'cpu: "4"',
      'cpu: "64"',
    );
    const spec = "{ containers: [{ name: app, resources: { requests: { cpu: 16 } } }] }";
    expect(place(big + node("a"), "1 Insufficient cpu, 1 node(s) had untolerated taint(s)", spec)).toEqual({
      nodes: ["big", "a"],
      blocking: ["taint", "resource"],
    });
  });

  it("says nothing when the Nodes have changed since the scheduler spoke", () => {
    expect(place(node("a", "{ unschedulable: true }"), "1 Insufficient cpu")).toBeUndefined();
  });

  it("says nothing when no Nodes were read", () => {
    expect(
      place("apiVersion: testing.k8s-ops/v1\nkind: Fixture\nunknown: [nodes]", "1 Insufficient cpu"),
    ).toBeUndefined();
  });
});
