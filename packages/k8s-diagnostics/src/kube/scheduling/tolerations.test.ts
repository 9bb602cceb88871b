import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import {
  isConditionTaint,
  isControlPlaneTaint,
  type Toleration,
  tolerates,
  untoleratedTaints,
} from "./tolerations.ts";

const taint = { key: "dedicated", value: "gpu", effect: "NoSchedule" };

describe("tolerates", () => {
  it.each<[string, Toleration, boolean]>([
    ["equal key, value and effect", { key: "dedicated", value: "gpu", effect: "NoSchedule" }, true],
    ["every effect when none is named", { key: "dedicated", operator: "Equal", value: "gpu" }, true],
    ["another value", { key: "dedicated", value: "cpu" }, false],
    ["another effect", { key: "dedicated", value: "gpu", effect: "NoExecute" }, false],
    ["another key", { key: "team", operator: "Exists" }, false],
    ["any value of the key", { key: "dedicated", operator: "Exists" }, true],
    ["everything", { operator: "Exists" }, true],
    ["an empty key without Exists", { value: "gpu" }, false],
  ])("judges a toleration of %s", (_, toleration, expected) => {
    expect(tolerates(toleration, taint)).toBe(expected);
  });

  it("compares numbers", () => {
    const sla = { key: "sla", value: "950", effect: "NoSchedule" };
    expect(tolerates({ key: "sla", operator: "Gt", value: "900" }, sla)).toBe(true);
    expect(tolerates({ key: "sla", operator: "Lt", value: "900" }, sla)).toBe(false);
  });
});

describe("untoleratedTaints", () => {
  const [node] = snapshotFromYaml(`
apiVersion: v1
kind: Node
metadata: { name: worker-1 }
spec:
  unschedulable: true
  taints:
    - { key: node.kubernetes.io/unschedulable, effect: NoSchedule }
    - { key: dedicated, value: gpu, effect: NoSchedule }
    - { key: spot, effect: PreferNoSchedule }
    - { key: node.kubernetes.io/unreachable, effect: NoExecute }
`).objects.nodes.all;

  it("leaves out preferences and the cordon", () => {
    const keys = node && untoleratedTaints(node).map(({ key }) => key);
    expect(keys).toEqual(["dedicated", "node.kubernetes.io/unreachable"]);
    expect(node && untoleratedTaints(node, [{ operator: "Exists" }])).toEqual([]);
  });
});

describe("kinds of taints", () => {
  it("tells conditions and the control plane from what people set", () => {
    expect(isConditionTaint({ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" })).toBe(true);
    expect(isConditionTaint(taint)).toBe(false);
    expect(isControlPlaneTaint({ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" })).toBe(
      true,
    );
    expect(isControlPlaneTaint(taint)).toBe(false);
  });
});
