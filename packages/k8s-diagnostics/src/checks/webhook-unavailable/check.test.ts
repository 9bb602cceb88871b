import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { webhookUnavailable } from "./check.ts";

describe(webhookUnavailable.id, () => {
  it("lays the cause on the Service without endpoints, and seeks the reason there", () => {
    const [finding] = runOnFixture(webhookUnavailable, "fault-no-endpoints");
    expect(finding).toMatchObject({
      object: { kind: "Service", namespace: "policy-system", name: "policy" },
      subject: "pods.policy.example",
      confidence: "certain",
      because: [{ kind: "Service", name: "policy" }],
      affects: [{ kind: "ReplicaSet", name: "web-6d4b75cb6d" }],
      evidence: [{ event: {} }, { field: "endpoints ready", value: "0" }, { value: "Fail" }],
    });
  });

  it("lays it on the configuration that names a missing Service", () => {
    const [finding] = runOnFixture(webhookUnavailable, "fault-service-missing");
    expect(finding).toMatchObject({
      object: { kind: "MutatingWebhookConfiguration", name: "policies" },
      confidence: "certain",
      title: "The webhook pods.policy.example cannot be called: its Service does not exist",
    });
  });

  it("tells a certificate that is not trusted", () => {
    const [finding] = runOnFixture(webhookUnavailable, "fault-certificate");
    expect(finding?.title).toContain("its certificate is not trusted");
    expect(finding?.object.kind).toBe("ValidatingWebhookConfiguration");
  });

  it("finds the Service in the message when nothing else was read", () => {
    const [finding] = runOnFixture(webhookUnavailable, "fault-nothing-read");
    expect(finding).toMatchObject({ object: { kind: "Service", name: "policy" }, confidence: "likely" });
  });
});
