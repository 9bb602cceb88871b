import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { serviceTargetPortMismatch } from "./check.ts";

describe(serviceTargetPortMismatch.id, () => {
  it("is certain of a name that no container port has, and patches to the only port", () => {
    expect(runOnFixture(serviceTargetPortMismatch, "fault-name")).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        subject: "80",
        confidence: "certain",
        affects: [{ name: "web" }],
        evidence: [{ field: "spec.ports[80].targetPort", value: "http" }, { object: { name: "web-1" } }],
        remedies: [{ patch: "spec:\n  ports:\n    - port: 80\n      targetPort: 8080\n" }],
      },
    ]);
  });

  it("is less sure of a number, since containers may listen on ports they do not declare", () => {
    expect(runOnFixture(serviceTargetPortMismatch, "fault-number")).toMatchObject([
      { confidence: "likely", severity: "medium" },
    ]);
  });
});
