import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressClassMissing } from "./check.ts";

describe(ingressClassMissing.id, () => {
  it("tells a wrong class from none, and suggests the one that exists", () => {
    const findings = runOnFixture(ingressClassMissing, "fault-wrong-and-none");
    expect(findings.map(({ object, title, confidence }) => [object.name, title, confidence])).toEqual([
      ["wrong", "Ingress wrong names an IngressClass that does not exist", "certain"],
      ["none", "Ingress none names no class, and no IngressClass is the default", "likely"],
    ]);
    expect(findings[0]?.remedies?.[0]?.patch).toBe("spec:\n  ingressClassName: nginx\n");
  });
});
