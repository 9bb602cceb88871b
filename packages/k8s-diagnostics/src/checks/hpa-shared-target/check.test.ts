import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { hpaSharedTarget } from "./check.ts";

describe(hpaSharedTarget.id, () => {
  it("lays the cause on the newer one, and says that both stand still", () => {
    expect(runOnFixture(hpaSharedTarget, "fault-ambiguous")).toMatchObject([
      {
        object: { kind: "HorizontalPodAutoscaler", name: "web-memory" },
        severity: "medium",
        affects: [{ name: "web" }, { name: "web-memory" }],
        evidence: [
          { value: expect.stringContaining("controlled by multiple HPAs") },
          { object: { name: "web-memory" }, field: "spec.scaleTargetRef" },
          { object: { name: "web" }, field: "spec.scaleTargetRef" },
        ],
        remedies: [{ step: expect.stringContaining("delete HorizontalPodAutoscaler web-memory") }],
      },
    ]);
  });

  it("is advice where the controller does not complain", () => {
    expect(runOnFixture(hpaSharedTarget, "fault-not-told")).toMatchObject([{ severity: "low" }]);
  });

  it("puts the metrics of both into one", () => {
    const remedies = runOnFixture(hpaSharedTarget, "fault-ambiguous").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("metrics:");
  });
});
