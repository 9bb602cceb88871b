import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hpaAtMax } from "./check.ts";

describe(hpaAtMax.id, () => {
  it("is medium while the metric is above its target, else low", () => {
    const findings = runOnFixture(hpaAtMax, "fault-two");
    expect(findings.map(({ object, severity }) => [object.name, severity])).toEqual([
      ["busy", "medium"],
      ["calm", "low"],
    ]);
    expect(findings[0]?.title).toBe("HorizontalPodAutoscaler busy has reached its maximum of 4 replicas");
  });

  it("raises the maximum by as much as the metric is above its target", () => {
    const remedies = runOnFixture(hpaAtMax, "fault-two").flatMap((finding) => finding.remedies ?? []);
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("maxReplicas: ");
  });
});
