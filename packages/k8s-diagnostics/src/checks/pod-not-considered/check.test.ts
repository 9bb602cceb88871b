import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podNotConsidered } from "./check.ts";

describe(podNotConsidered.id, () => {
  it("finds the schedulerName that nobody answers to", () => {
    const [finding] = runOnFixture(podNotConsidered, "fault-unknown-scheduler");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      evidence: [{ field: "spec.template.spec.schedulerName", value: "fast-scheduler" }, { value: "absent" }],
      remedies: [{ patch: "spec:\n  template:\n    spec:\n      schedulerName: default-scheduler\n" }],
    });
    expect(finding?.title).not.toContain("fast-scheduler");
  });

  it("lays the cause on the scheduler that is down", () => {
    const [finding] = runOnFixture(podNotConsidered, "fault-scheduler-down");
    expect(finding).toMatchObject({
      object: { kind: "Pod", namespace: "kube-system", name: "kube-scheduler-cp-1" },
      confidence: "likely",
      affects: [{ name: "web-1" }],
    });
  });

  it("shows the lease that is not renewed where the control plane is hidden", () => {
    const [finding] = runOnFixture(podNotConsidered, "fault-managed-scheduler-down");
    expect(finding).toMatchObject({
      object: { kind: "Lease", name: "kube-scheduler" },
      confidence: "likely",
    });
    expect(finding?.evidence[1]).toMatchObject({
      field: "spec.renewTime",
      value: "2026-01-01T11:20:00.000000Z",
    });
  });
});
