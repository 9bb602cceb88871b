import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { rolloutBlockedByStrategy } from "./check.ts";

describe(rolloutBlockedByStrategy.id, () => {
  it("lays a possible cause on the Deployment's strategy and suggests maxUnavailable 1", () => {
    const [finding] = runOnFixture(rolloutBlockedByStrategy, "fault-default-of-one-replica");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      confidence: "possible",
      affects: [{ kind: "Pod", name: "web-2-a" }],
      evidence: [
        { field: "spec.strategy.rollingUpdate.maxUnavailable", value: "25%" },
        { field: "status.conditions[PodScheduled]" },
      ],
    });
    expect(finding?.remedies?.[0]?.patch).toContain("maxUnavailable: 1");
  });
});
