import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { httpRouteBackendMissing } from "./check.ts";

describe(httpRouteBackendMissing.id, () => {
  it("tells apart a missing Service, a missing grant and a missing port", () => {
    const findings = runOnFixture(httpRouteBackendMissing, "fault-three-kinds");
    expect(findings.map(({ object, subject }) => [object.kind, object.name, subject])).toEqual([
      ["HTTPRoute", "shop", "shop/wbe"],
      ["Service", "api", "HTTPRoute from shop"],
      ["HTTPRoute", "shop", "shop/web:8080"],
    ]);
    expect(findings[0]?.remedies?.[0]?.step).toContain("such as web");
  });

  it("corrects the backend", () => {
    const remedies = runOnFixture(httpRouteBackendMissing, "fault-three-kinds").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("name: web");
  });
});
