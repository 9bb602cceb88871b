import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { networkPolicySelectsNothing } from "./check.ts";

describe(networkPolicySelectsNothing.id, () => {
  it("shows the selector, and lets pass what only a template matches", () => {
    expect(runOnFixture(networkPolicySelectsNothing, "fault-other-label")).toMatchObject([
      {
        object: { kind: "NetworkPolicy", name: "db" },
        evidence: [{ field: "spec.podSelector", value: '{"matchLabels":{"app":"databse"}}' }],
      },
    ]);
  });

  it("takes the labels of the nearest workload", () => {
    const remedies = runOnFixture(networkPolicySelectsNothing, "fault-other-label").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("app: database");
  });
});
