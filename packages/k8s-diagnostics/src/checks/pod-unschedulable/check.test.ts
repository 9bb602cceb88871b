import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podUnschedulable } from "./check.ts";

describe(podUnschedulable.id, () => {
  it("lays the cause on the workload and counts the Nodes of each reason", () => {
    const [finding, ...more] = runOnFixture(podUnschedulable, "fault-volume-limit");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", namespace: "shop", name: "web" },
      title: "The scheduler finds no Node for the Pods of Deployment web",
      confidence: "likely",
      affects: [{ kind: "Pod", name: "web-6d4b75cb6d-x2x9k" }],
      evidence: [
        { field: "status.conditions[PodScheduled].message" },
        { event: { reason: "NotTriggerScaleUp" } },
        {
          object: { kind: "CSINode", name: "worker-1" },
          field: "spec.drivers[ebs.csi.aws.com].allocatable.count",
          value: "2, 2 attached",
        },
      ],
      remedies: [{ step: expect.stringContaining("attached as many volumes") }],
      details: {
        nodes: 2,
        reasons: [{ nodes: 1 }, { nodes: 1, reason: "node(s) exceed max volume count" }],
      },
    });
  });

  it("points at the claim that is not bound", () => {
    const [finding] = runOnFixture(podUnschedulable, "fault-unbound-claim");
    expect(finding?.because).toEqual([{ kind: "PersistentVolumeClaim", namespace: "shop", name: "data" }]);
  });

  it("takes the event when the Pod has no condition yet", () => {
    const [finding] = runOnFixture(podUnschedulable, "fault-event-only");
    expect(finding?.evidence[0]).toMatchObject({ event: { message: "no nodes available to schedule pods" } });
  });
});
