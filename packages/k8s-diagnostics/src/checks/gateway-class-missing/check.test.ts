import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { gatewayClassMissing } from "./check.ts";

describe(gatewayClassMissing.id, () => {
  it("suggests the class that comes near", () => {
    expect(runOnFixture(gatewayClassMissing, "fault-typo")).toMatchObject([
      {
        object: { kind: "Gateway", name: "edge" },
        evidence: [{ field: "spec.gatewayClassName", value: "enovy" }, { value: "absent" }],
        remedies: [{ patch: "spec:\n  gatewayClassName: envoy\n" }],
      },
    ]);
  });
});
