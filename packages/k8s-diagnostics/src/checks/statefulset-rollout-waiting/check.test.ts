import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { statefulsetRolloutWaiting } from "./check.ts";

describe(statefulsetRolloutWaiting.id, () => {
  it("tells OnDelete and partition apart", () => {
    const findings = runOnFixture(statefulsetRolloutWaiting, "fault-waiting");
    expect(findings.map(({ object, evidence }) => [object.name, evidence[0]])).toMatchObject([
      ["manual", { field: "spec.updateStrategy.type", value: "OnDelete" }],
      ["staged", { field: "spec.updateStrategy.rollingUpdate.partition", value: "2" }],
    ]);
  });

  it("lets the controller replace the Pods", () => {
    const remedies = runOnFixture(statefulsetRolloutWaiting, "fault-waiting").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("type: RollingUpdate");
  });
});
