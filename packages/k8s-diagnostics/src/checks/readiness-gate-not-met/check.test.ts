import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readinessGateNotMet } from "./check.ts";

const AWS = "target-health.elbv2.k8s.aws/k8s-shop-web-9a8b7c6d5e";

describe(readinessGateNotMet.id, () => {
  it("names the controller that never set the condition", () => {
    const [finding] = runOnFixture(readinessGateNotMet, "fault-never-set");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: AWS,
      title: `Nobody sets the readiness gate ${AWS} of Deployment web`,
      affects: [{ kind: "Pod" }],
    });
    expect(finding?.evidence[0]).toMatchObject({ value: "absent" });
    expect(finding?.remedies?.[0]?.step).toContain("the AWS Load Balancer Controller");
  });

  it("shows why a condition is False, and seeks the reason at its controller", () => {
    expect(runOnFixture(readinessGateNotMet, "fault-false")).toMatchObject([
      {
        details: { reason: "Target.FailedHealthChecks" },
        because: [{ kind: "Deployment", name: "aws-load-balancer-controller" }],
      },
    ]);
  });
});
