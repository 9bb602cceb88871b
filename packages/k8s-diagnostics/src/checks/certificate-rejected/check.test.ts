import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { certificateRejected } from "./check.ts";

describe(certificateRejected.id, () => {
  it("lays an expired certificate on the Secret that the server in the cluster serves it from", () => {
    expect(runOnFixture(certificateRejected, "fault-expired")).toMatchObject([
      {
        object: { kind: "Secret", name: "api-tls" },
        related: [{ kind: "Service", name: "api" }],
        affects: [{ kind: "Pod" }],
        details: { problem: "expired", host: "api.shop.svc" },
        remedies: [{ step: expect.stringContaining("Renew the certificate in Secret api-tls") }],
      },
    ]);
  });

  it("proposes a name that the certificate is for", () => {
    const [finding] = runOnFixture(certificateRejected, "fault-wrong-name");
    expect(finding).toMatchObject({ details: { problem: "wrong_name" } });
    expect(finding?.remedies?.[0]).toMatchObject({
      step: expect.stringContaining("such as api.shop.svc.cluster.local"),
      patch: expect.stringContaining("https://api.shop.svc.cluster.local:8443"),
    });
  });

  it.each(["fault-java-untrusted", "fault-node-self-signed", "fault-python-untrusted"])(
    "has the client of %s trust the authority",
    (fixture) => {
      expect(runOnFixture(certificateRejected, fixture)).toMatchObject([
        { object: { kind: "Deployment", name: "web" }, details: { problem: "untrusted" } },
      ]);
    },
  );

  it("knows the certificates that kubelets sign themselves", () => {
    const [finding] = runOnFixture(certificateRejected, "fault-kubelet");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "metrics-server" },
      title: expect.stringContaining("they hold no IP SANs"),
    });
    expect(finding?.remedies?.[1]?.patch).toContain('- "--kubelet-insecure-tls"');
  });
});
