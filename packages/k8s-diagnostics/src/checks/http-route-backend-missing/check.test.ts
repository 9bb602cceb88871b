import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { httpRouteBackendMissing } from "./check.ts";

describe(httpRouteBackendMissing.id, () => {
  it("tells apart a missing Service, a missing grant and a missing port", () => {
    const findings = runOnFixture(httpRouteBackendMissing, "fault-three-kinds");
    expect(findings.map(({ object, subject }) => [object.kind, object.name, subject])).toEqual([
      ["HTTPRoute", "shop", "shop/wbe"],
      ["HTTPRoute", "shop", "backend/api"],
      ["HTTPRoute", "shop", "shop/web:8080"],
    ]);
    expect(findings[0]?.remedies?.[0]?.step).toContain("such as web");
  });

  it("lays it on the grant that names another namespace", () => {
    expect(runOnFixture(httpRouteBackendMissing, "fault-grant-of-old-namespace")).toMatchObject([
      {
        object: { kind: "ReferenceGrant", namespace: "warehouse", name: "storefront-to-stock" },
        affects: [{ kind: "HTTPRoute", name: "orders" }],
        related: [{ kind: "Service", name: "stock" }],
        evidence: [
          { field: "spec.from", value: expect.stringContaining("shop-front") },
          { field: "spec.rules[0].backendRefs[0].namespace" },
          { value: "Backend ref to Service warehouse/stock not permitted by any ReferenceGrant." },
        ],
        remedies: [{ patch: expect.stringContaining("namespace: storefront") }],
      },
    ]);
  });

  it("does not widen a grant that is for another Service", () => {
    expect(runOnFixture(httpRouteBackendMissing, "fault-grant-to-other-service")).toMatchObject([
      {
        object: { kind: "HTTPRoute", namespace: "storefront", name: "orders" },
        related: [{ kind: "Service", namespace: "warehouse", name: "stock" }],
        evidence: [
          { field: "spec.rules[0].backendRefs[0].namespace", value: "warehouse" },
          { object: { kind: "Service" }, field: "ReferenceGrants of its namespace from HTTPRoute" },
          { value: "Backend ref to Service warehouse/stock not permitted by any ReferenceGrant." },
        ],
        remedies: [{ step: expect.stringContaining("Create a ReferenceGrant in namespace warehouse") }],
      },
    ]);
  });

  it("corrects the backend", () => {
    const remedies = runOnFixture(httpRouteBackendMissing, "fault-three-kinds").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("name: web");
  });
});
