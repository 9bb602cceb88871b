import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { networkPolicyBlocksIngress } from "./check.ts";

describe(networkPolicyBlocksIngress.id, () => {
  it("names the policy and the port that no rule admits", () => {
    expect(runOnFixture(networkPolicyBlocksIngress, "fault-default-deny")).toMatchObject([
      {
        object: { kind: "NetworkPolicy", name: "deny" },
        subject: "web:80",
        confidence: "possible",
        related: [{ kind: "Service", name: "web" }],
        remedies: [{ step: expect.stringContaining("port 8080") }],
      },
    ]);
  });

  it("tells the port of the Service from that of its Pods", () => {
    expect(runOnFixture(networkPolicyBlocksIngress, "fault-port-of-service")).toMatchObject([
      {
        object: { kind: "NetworkPolicy", name: "notes-from-edge" },
        severity: "high",
        confidence: "likely",
        affects: [{ kind: "Service", name: "notes" }],
        evidence: [{ field: "spec.ingress[0]" }, { field: "spec.ports[80].targetPort", value: "3000" }],
        remedies: [{ patch: expect.stringContaining("port: 3000") }],
      },
    ]);
  });

  it("adds a rule for the port", () => {
    const remedies = runOnFixture(networkPolicyBlocksIngress, "fault-default-deny").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("port: 8080");
  });
});
