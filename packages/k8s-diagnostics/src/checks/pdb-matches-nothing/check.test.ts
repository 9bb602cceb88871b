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

  it("takes the labels of the nearest workload", () => {
    const remedies = runOnFixture(pdbMatchesNothing, "fault-typo").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("app: web");
  });
});
