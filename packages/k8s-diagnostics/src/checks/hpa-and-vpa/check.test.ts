import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hpaAndVpa } from "./check.ts";

describe(hpaAndVpa.id, () => {
  it.each([
    ["fault-cpu", "cpu"],
    ["fault-container-metric", "memory"],
  ])("names the resource of %s that both act on", (fixture, resource) => {
    expect(runOnFixture(hpaAndVpa, fixture)).toMatchObject([
      {
        object: { kind: "VerticalPodAutoscaler", name: "web" },
        title: `VerticalPodAutoscaler web changes the ${resource} requests by which HorizontalPodAutoscaler web scales Deployment web`,
        related: [{ kind: "HorizontalPodAutoscaler" }, { kind: "Deployment" }],
        remedies: [{ patch: 'spec:\n  updatePolicy:\n    updateMode: "Off"\n' }],
      },
    ]);
  });
});
