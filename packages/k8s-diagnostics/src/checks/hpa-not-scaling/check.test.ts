import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hpaNotScaling } from "./check.ts";

describe(hpaNotScaling.id, () => {
  it("points to the metrics API when the message blames it, else to the target", () => {
    const findings = runOnFixture(hpaNotScaling, "fault-metrics-and-target");
    expect(
      findings.map(({ object, because, details }) => [object.name, because?.[0], details?.reason]),
    ).toMatchObject([
      ["web", { kind: "APIService", name: "v1beta1.metrics.k8s.io" }, "FailedGetResourceMetric"],
      ["gone", { kind: "Deployment", name: "wbe" }, "FailedGetScale"],
    ]);
  });
});
