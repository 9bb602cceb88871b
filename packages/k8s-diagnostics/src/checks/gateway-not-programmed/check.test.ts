import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { gatewayNotProgrammed } from "./check.ts";

describe(gatewayNotProgrammed.id, () => {
  it("reports the Gateway that nobody took, and the listener whose certificate is missing", () => {
    const findings = runOnFixture(gatewayNotProgrammed, "fault-both");
    expect(findings).toMatchObject([
      {
        object: { kind: "Gateway", name: "nobody" },
        evidence: [{ field: "status.conditions[Accepted]" }],
        because: [{ kind: "GatewayClass", name: "envoy" }],
        details: { reason: "Pending", message: "Waiting for controller" },
      },
      {
        object: { kind: "Gateway", name: "edge" },
        subject: "https",
        evidence: [{ field: "status.listeners[https].conditions[ResolvedRefs]" }],
        details: { reason: "InvalidCertificateRef" },
      },
    ]);
  });
});
