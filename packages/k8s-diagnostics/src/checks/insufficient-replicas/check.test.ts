import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { insufficientReplicas } from "./check.ts";

describe(insufficientReplicas.id, () => {
  it("reports counts, and points to the ReplicaSet and its unready Pods", () => {
    const [finding, ...more] = runOnFixture(insufficientReplicas, "fault-deployment");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", namespace: "shop", name: "web" },
      title: "Deployment web has 1 of 3 replicas ready",
      details: { desired: 3, ready: 1, available: 1, updated: 3 },
      evidence: [
        { field: "status.readyReplicas", value: "1" },
        { field: "spec.replicas", value: "3" },
      ],
    });
    expect(finding?.because?.map(({ name }) => name)).toEqual(["web-6c5", "web-6c5-b"]);
  });

  it("reports StatefulSets, DaemonSets and ReplicaSets without an owner, each by its own status", () => {
    const findings = runOnFixture(insufficientReplicas, "fault-other-kinds");
    expect(findings.map(({ object, details }) => [object.kind, details?.desired, details?.ready])).toEqual([
      ["StatefulSet", 3, 1],
      ["DaemonSet", 4, 3],
      ["ReplicaSet", 1, 0],
    ]);
  });

  it("reports at once when a young Pod already fails", () => {
    expect(runOnFixture(insufficientReplicas, "fault-young-but-failing")).toHaveLength(1);
  });
});
