import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressBackendPortMissing } from "./check.ts";

describe(ingressBackendPortMissing.id, () => {
  it("compares number and name with the ports of the Service", () => {
    const findings = runOnFixture(ingressBackendPortMissing, "fault-number-and-name");
    expect(findings.map(({ subject }) => subject)).toEqual(["web:8080", "web:https"]);
    expect(findings[0]).toMatchObject({
      object: { kind: "Ingress", name: "shop" },
      evidence: [
        { field: "spec.rules[0].http.paths[0].backend.service.port", value: '{"number":8080}' },
        { object: { kind: "Service", name: "web" }, field: "spec.ports" },
      ],
    });
    expect(findings[0]?.remedies?.[0]?.step).toContain("to number 80, the only port");
  });

  it("replaces the rules with the corrected port", () => {
    const remedies = runOnFixture(ingressBackendPortMissing, "fault-number-and-name").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("rules:");
    expect(patches).toContain("number: ");
  });
});
