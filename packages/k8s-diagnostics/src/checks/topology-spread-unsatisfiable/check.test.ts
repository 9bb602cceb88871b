import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { topologySpreadUnsatisfiable } from "./check.ts";

describe(topologySpreadUnsatisfiable.id, () => {
  it("counts the Pods of each domain, the closed one included", () => {
    const [finding] = runOnFixture(topologySpreadUnsatisfiable, "fault-skew");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "topology.kubernetes.io/zone",
      confidence: "likely",
      details: {
        pods_by_domain: [
          { domain: "eu-1a", pods: 1 },
          { domain: "eu-1b", pods: 0 },
        ],
      },
    });
  });

  it("is certain when no Node has the label that the constraint names", () => {
    const [finding] = runOnFixture(topologySpreadUnsatisfiable, "fault-label-missing");
    expect(finding).toMatchObject({ subject: "example.com/rack", confidence: "certain" });
    expect(finding?.remedies?.[0]?.step).toContain("Label the Nodes with example.com/rack");
  });

  it("gives no patch where two constraints are over one key, since it may change the wrong one", () => {
    const [finding] = runOnFixture(topologySpreadUnsatisfiable, "fault-two-of-one-key");
    expect(finding?.remedies?.filter(({ patch }) => patch !== undefined)).toEqual([]);
    expect(finding?.remedies?.[1]?.step).toContain(
      "of Deployment web, which has 2 constraints over topology.kubernetes.io/zone: in those with whenUnsatisfiable DoNotSchedule.",
    );
  });

  it("makes the constraint a wish", () => {
    const remedies = runOnFixture(topologySpreadUnsatisfiable, "fault-skew").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("whenUnsatisfiable: ScheduleAnyway");
  });
});
