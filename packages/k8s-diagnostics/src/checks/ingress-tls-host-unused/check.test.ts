import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressTlsHostUnused } from "./check.ts";

describe(ingressTlsHostUnused.id, () => {
  it("shows both lists, and is surer where a rule has no TLS", () => {
    expect(runOnFixture(ingressTlsHostUnused, "fault-other-host")).toMatchObject([
      {
        object: { kind: "Ingress", name: "front" },
        confidence: "likely",
        evidence: [{ value: '["shop.exmaple"]' }, { value: '["shop.example"]' }],
      },
    ]);
    expect(runOnFixture(ingressTlsHostUnused, "fault-one-too-many")).toMatchObject([
      { confidence: "possible" },
    ]);
  });

  it("takes the hosts of the rules", () => {
    const remedies = runOnFixture(ingressTlsHostUnused, "fault-other-host").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("hosts:");
  });
});
