import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { overlappingSelectors } from "./check.ts";

describe(overlappingSelectors.id, () => {
  it("reports the workload with the wider selector, medium because an autoscaler counts by it", () => {
    const findings = runOnFixture(overlappingSelectors, "fault-wider-selector");
    expect(findings).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        subject: "Deployment/canary",
        severity: "medium",
        related: [{ name: "canary" }],
        evidence: [{ field: "spec.selector" }, { field: "spec.template.metadata.labels" }],
      },
    ]);
  });
});
