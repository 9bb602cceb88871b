import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pdbOverlapping } from "./check.ts";

describe(pdbOverlapping.id, () => {
  it("names both budgets and a Pod of both, once", () => {
    expect(runOnFixture(pdbOverlapping, "fault-same-pods")).toMatchObject([
      {
        object: { kind: "PodDisruptionBudget", name: "front" },
        evidence: [
          { object: { name: "front" }, field: "spec.selector" },
          { object: { name: "web" }, field: "spec.selector" },
          { object: { kind: "Pod", name: "web-a" }, field: "metadata.labels" },
        ],
      },
    ]);
  });

  it("knows that an empty selector takes the whole namespace", () => {
    expect(runOnFixture(pdbOverlapping, "fault-whole-namespace")).toMatchObject([
      { object: { name: "all" }, subject: "web" },
    ]);
  });
});
