import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { schedulingGated } from "./check.ts";

describe(schedulingGated.id, () => {
  it("names the gates in evidence, not in the title", () => {
    const [finding] = runOnFixture(schedulingGated, "fault-gate-stays-closed");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      title: "Scheduling gates hold the Pods of Deployment web back",
      evidence: [{ field: "spec.schedulingGates", value: "example.com/queue" }, {}],
      details: { gates: ["example.com/queue"] },
    });
  });

  it("removes the gate from the Pod", () => {
    const remedies = runOnFixture(schedulingGated, "fault-gate-stays-closed").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("schedulingGates:");
    expect(patches).toContain("$patch");
  });
});
