import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ingressHostPathConflict } from "./check.ts";

describe(ingressHostPathConflict.id, () => {
  it("reports the younger Ingress, across namespaces", () => {
    expect(runOnFixture(ingressHostPathConflict, "fault-two-namespaces")).toMatchObject([
      {
        object: { kind: "Ingress", namespace: "b", name: "shop" },
        affects: [{ namespace: "b", name: "shop" }],
        related: [
          { namespace: "a", name: "shop" },
          { kind: "Service", namespace: "b" },
        ],
        evidence: [{ field: "spec.rules[0].http.paths[0]" }, { object: { namespace: "a" } }],
      },
    ]);
  });
});
