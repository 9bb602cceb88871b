import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { fixturesOf, runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { hpaMetricMissing } from "./check.ts";

describe(hpaMetricMissing.id, () => {
  it.each([
    ["fault-custom", "certain"],
    ["fault-external-unknown", "certain"],
    ["fault-nothing-returned", "likely"],
  ])("shows the metric of %s", (fixture, confidence) => {
    expect(runOnFixture(hpaMetricMissing, fixture)).toMatchObject([
      {
        object: { kind: "HorizontalPodAutoscaler", name: "web" },
        confidence,
        evidence: [{ field: "status.conditions[ScalingActive].message" }, { field: "spec.metrics" }],
      },
    ]);
  });

  it("names the container that is meant", () => {
    const [finding] = runOnFixture(hpaMetricMissing, "fault-container");
    expect(finding).toMatchObject({ subject: "ap", confidence: "certain" });
    expect(finding?.remedies?.[0]?.step).toBe(
      "Set spec.metrics[0].containerResource.container of HorizontalPodAutoscaler web to app.",
    );
  });

  it.each(fixturesOf(hpaMetricMissing).filter((name) => name.startsWith("fault")))(
    "is the one cause of %s",
    (fixture) => {
      const snapshot = snapshotFromFile(new URL(`fixtures/${fixture}.yaml`, import.meta.url));
      const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
      expect(causes.map(({ code }) => code)).toEqual(["hpa_metric_missing"]);
    },
  );

  it("corrects the metrics, which are replaced as a whole", () => {
    const remedies = runOnFixture(hpaMetricMissing, "fault-container").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("container: app");
  });
});
