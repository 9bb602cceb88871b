import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hpaMinEqualsMax } from "./check.ts";

describe(hpaMinEqualsMax.id, () => {
  it.each([
    ["fault-three", "3"],
    ["fault-default-minimum", "1"],
  ])("shows both bounds of %s", (fixture, bound) => {
    expect(runOnFixture(hpaMinEqualsMax, fixture)).toMatchObject([
      {
        object: { kind: "HorizontalPodAutoscaler", name: "web" },
        evidence: [
          { field: "spec.minReplicas", value: bound },
          { field: "spec.maxReplicas", value: bound },
        ],
      },
    ]);
  });
});
