import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { tlsCertificateInvalid } from "./check.ts";

describe(tlsCertificateInvalid.id, () => {
  it("shows since when a certificate has expired, and who serves it", () => {
    const [finding, ...others] = runOnFixture(tlsCertificateInvalid, "fault-expired");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Secret", namespace: "shop", name: "shop-tls" },
      title: "The certificate in Secret shop-tls has expired",
      confidence: "certain",
      affects: [{ kind: "Ingress", name: "front" }],
      evidence: [
        { field: "data[tls.crt] notAfter", value: "2025-12-30T00:00:00Z" },
        { object: { kind: "Ingress" }, field: "spec.tls[0].secretName" },
      ],
    });
    expect(finding?.severity ?? "high").toBe("high");
  });

  it("checks those of Gateways, too", () => {
    expect(runOnFixture(tlsCertificateInvalid, "fault-not-yet-valid")).toMatchObject([
      {
        title: "The certificate in Secret shop-tls is not valid yet",
        affects: [{ kind: "Gateway", name: "edge" }],
      },
    ]);
  });

  it("compares its names with the hosts of the rules; a wildcard stands for one label", () => {
    expect(runOnFixture(tlsCertificateInvalid, "fault-other-host")).toMatchObject([
      {
        subject: "hosts",
        severity: "medium",
        evidence: [
          { value: '["shop.example","*.shop.example"]' },
          { object: { kind: "Ingress" }, value: '["a.b.shop.example"]' },
        ],
      },
    ]);
  });

  it("warns before a certificate expires, and sends to cert-manager where that keeps it", () => {
    const [finding] = runOnFixture(tlsCertificateInvalid, "fault-expires-soon");
    expect(finding).toMatchObject({ severity: "low", details: { not_after: "2026-01-08T00:00:00Z" } });
    expect(finding?.remedies?.[0]?.step).toContain("cert-manager");
  });

  it("tells what is no certificate at all", () => {
    expect(runOnFixture(tlsCertificateInvalid, "fault-unreadable")).toMatchObject([
      { subject: "unreadable", confidence: "certain" },
    ]);
  });

  it("tells whose the private key is, where the certificate was renewed without it", () => {
    expect(runOnFixture(tlsCertificateInvalid, "fault-key-of-old-certificate")).toMatchObject([
      {
        object: { kind: "Secret", name: "shop-tls" },
        subject: "key",
        confidence: "certain",
        title:
          "The private key in Secret shop-tls does not match its certificate: it belongs to the one in Secret shop-tls-old",
        affects: [{ kind: "Ingress", name: "front" }],
        evidence: [
          { field: "data[tls.key]" },
          { field: "data[tls.crt] notBefore", value: "2025-12-30T00:00:00Z" },
          { object: { kind: "Ingress" }, value: "shop-tls" },
          { object: { name: "shop-tls-old" } },
        ],
      },
    ]);
  });

  it("wants the server's own certificate before those of its issuers", () => {
    const [finding, ...others] = runOnFixture(tlsCertificateInvalid, "fault-chain-in-wrong-order");
    expect(finding).toMatchObject({
      subject: "key",
      remedies: [{ step: expect.stringContaining("first in tls.crt") }],
    });
    expect(others.map(({ subject }) => subject)).toEqual(["hosts"]);
  });

  it("is grave where the host is named for TLS", () => {
    expect(runOnFixture(tlsCertificateInvalid, "fault-other-host-for-tls")).toMatchObject([
      { subject: "hosts", severity: "high" },
    ]);
  });
});
