import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressTlsSecretMissing } from "./check.ts";

describe(ingressTlsSecretMissing.id, () => {
  it("tells a missing Secret from one that lacks a key", () => {
    const findings = runOnFixture(ingressTlsSecretMissing, "fault-missing-and-incomplete");
    expect(findings.map(({ object, subject }) => [object.kind, subject])).toEqual([
      ["Ingress", "shop-tsl"],
      ["Secret", "tls.key"],
    ]);
    expect(findings[0]?.remedies?.[0]?.step).toContain("to shop-tls");
  });

  it("concludes nothing when Secrets were not read", () => {
    expect(runOnFixture(ingressTlsSecretMissing, "other-secrets-unknown")).toEqual([]);
  });

  it("names the Secret that exists", () => {
    const remedies = runOnFixture(ingressTlsSecretMissing, "fault-missing-and-incomplete").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("secretName: shop-tls");
  });
});
