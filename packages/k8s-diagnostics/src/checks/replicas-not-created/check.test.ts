import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { replicasNotCreated } from "./check.ts";

describe(replicasNotCreated.id, () => {
  it.each([
    ["fault-unknown-words", "Deployment", "ReplicaSet", 2],
    ["fault-job", "Job", "Job", 2],
    ["fault-daemonset", "DaemonSet", "DaemonSet", 2],
  ])("reports %s on the workload", (fixture, workload, owner, missing) => {
    expect(runOnFixture(replicasNotCreated, fixture)).toMatchObject([
      {
        object: { kind: workload },
        affects: [{ kind: owner }],
        evidence: [{ event: { reason: "FailedCreate" } }],
        details: { missing_pods: missing },
      },
    ]);
  });

  it("tells the Pods that are there of those that cannot join them", () => {
    expect(runOnFixture(replicasNotCreated, "fault-unknown-words")).toMatchObject([
      { related: [{ kind: "Pod", namespace: "shop", name: "web-6d4b75cb6d-h7k2m" }] },
    ]);
  });
});
