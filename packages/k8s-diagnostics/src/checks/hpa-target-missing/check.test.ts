import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hpaTargetMissing } from "./check.ts";

describe(hpaTargetMissing.id, () => {
  it("names the target and the Deployment that may be meant", () => {
    expect(runOnFixture(hpaTargetMissing, "fault-typo")).toMatchObject([
      {
        object: { kind: "HorizontalPodAutoscaler", name: "web" },
        evidence: [{ field: "spec.scaleTargetRef" }, { field: "status.conditions[AbleToScale]" }],
        remedies: [{ patch: 'spec:\n  scaleTargetRef:\n    name: "web"\n' }],
      },
    ]);
  });
});
