import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pdbMatchesNothing } from "./check.ts";

describe(pdbMatchesNothing.id, () => {
  it("shows the selector", () => {
    expect(runOnFixture(pdbMatchesNothing, "fault-typo")).toMatchObject([
      {
        object: { kind: "PodDisruptionBudget", name: "web" },
        evidence: [{ field: "spec.selector", value: '{"matchLabels":{"app":"wbe"}}' }, { value: "0" }],
      },
    ]);
  });
});
