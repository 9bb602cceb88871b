import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { tooManyPods } from "./check.ts";

describe(tooManyPods.id, () => {
  it("lays the cause on the only Node that would take the Pod", () => {
    const [finding] = runOnFixture(tooManyPods, "fault-single-node");
    expect(finding).toMatchObject({
      object: { kind: "Node", name: "worker-1" },
      title: "Node worker-1 runs as many Pods as it may",
      evidence: [{ object: { kind: "Pod" } }, { field: "status.allocatable[pods]", value: "3" }],
    });
  });

  it("lays it on the workload when several would", () => {
    const [finding] = runOnFixture(tooManyPods, "fault-two-nodes");
    expect(finding?.object).toEqual({ kind: "Deployment", namespace: "shop", name: "web" });
  });
});
