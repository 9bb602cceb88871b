import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { webhookDenied } from "./check.ts";

describe(webhookDenied.id, () => {
  it("lays the cause on the workload and names the configuration", () => {
    const [finding] = runOnFixture(webhookDenied, "fault-policy");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      title: "The admission webhook pods.policy.example refuses the Pods of Deployment web",
      related: [{ kind: "ValidatingWebhookConfiguration", name: "policies" }],
    });
    expect(finding?.remedies?.map(({ step }) => step).join()).not.toContain("registry.internal");
  });

  it("needs no configuration to believe the API server", () => {
    expect(runOnFixture(webhookDenied, "fault-configurations-not-read")).toHaveLength(1);
  });
});
