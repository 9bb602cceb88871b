import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { webhookUnavailable } from "./check.ts";

const CONFIGURATION = { kind: "ValidatingWebhookConfiguration", name: "policies" };
const SERVICE = { kind: "Service", namespace: "policy-system", name: "policy" };

describe(webhookUnavailable.id, () => {
  it("lays the cause on the Service without endpoints, and seeks the reason there", () => {
    const [finding] = runOnFixture(webhookUnavailable, "fault-no-endpoints");
    expect(finding).toMatchObject({
      object: SERVICE,
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

  it.each([
    ["fault-certificate", CONFIGURATION, "its certificate is not trusted"],
    ["fault-bundle-empty", CONFIGURATION, "its caBundle is empty"],
    ["fault-bundle-expired", CONFIGURATION, "its caBundle has expired"],
    ["fault-other-name", SERVICE, "its certificate is for another name"],
    ["fault-timeout", SERVICE, "it does not answer in time"],
    ["fault-path", CONFIGURATION, "its server does not know the path"],
    ["fault-port", CONFIGURATION, "Service policy has no port 443"],
  ])("tells of %s what must change", (fixture, object, reason) => {
    expect(runOnFixture(webhookUnavailable, fixture)).toMatchObject([
      {
        object,
        title: `The webhook pods.policy.example cannot be called: ${reason}`,
        affects: [{ kind: "ReplicaSet" }],
      },
    ]);
  });

  it("gives the port that the Service has", () => {
    const [finding] = runOnFixture(webhookUnavailable, "fault-port");
    expect(finding?.remedies?.[0]?.patch).toBe(
      "webhooks:\n  - name: pods.policy.example\n    clientConfig:\n      service:\n        port: 8443\n",
    );
  });

  it("finds the Service in the message when nothing else was read", () => {
    const [finding] = runOnFixture(webhookUnavailable, "fault-nothing-read");
    expect(finding).toMatchObject({ object: { kind: "Service", name: "policy" }, confidence: "likely" });
  });

  it("sees a Deployment that cannot make its ReplicaSet", () => {
    expect(runOnFixture(webhookUnavailable, "fault-deployment")).toMatchObject([
      { object: SERVICE, affects: [{ kind: "Deployment", name: "web" }], because: [SERVICE] },
    ]);
  });

  it.each([
    ["fault-latent", SERVICE],
    ["fault-latent-bundle-expired", CONFIGURATION],
  ])(
    "tells in %s of a call that must fail before it is felt, in the namespaces where it will",
    (fixture, object) => {
      expect(runOnFixture(webhookUnavailable, fixture)).toMatchObject([
        {
          object,
          severity: "medium",
          related: [CONFIGURATION, { kind: "Namespace", name: "shop" }],
        },
      ]);
    },
  );

  it("affects the program that logs that the call fails", () => {
    expect(runOnFixture(webhookUnavailable, "fault-program-complains")).toMatchObject([
      {
        object: SERVICE,
        evidence: [{}, { value: "0" }, { log: { line: expect.stringContaining("failed calling webhook") } }],
        affects: [{ kind: "Pod", name: "issuer-0" }],
      },
    ]);
  });

  it("lets objects pass until then", () => {
    const remedies = runOnFixture(webhookUnavailable, "fault-no-endpoints").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("failurePolicy: Ignore");
  });
});
