import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { rolloutPaused } from "./check.ts";

describe(rolloutPaused.id, () => {
  it("names the fields that wait when the template differs from what runs", () => {
    const [finding] = runOnFixture(rolloutPaused, "fault-change-waits");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      severity: "medium",
      evidence: [{ field: "spec.paused" }, { field: "spec.template.spec.containers[app].image" }],
      remedies: [{ patch: "spec:\n  paused: false\n", call: { tool: "remediate_rollout_resume" } }],
    });
  });

  it("is low while nothing waits", () => {
    expect(runOnFixture(rolloutPaused, "fault-nothing-waits")).toMatchObject([{ severity: "low" }]);
  });
});
