import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { loadBalancerControllerMissing } from "./check.ts";

describe(loadBalancerControllerMissing.id, () => {
  it("is likely when nobody has said anything about a Service for an hour", () => {
    expect(runOnFixture(loadBalancerControllerMissing, "fault-silence")).toMatchObject([
      { object: { kind: "Service", name: "web" }, confidence: "likely", affects: [{ name: "web" }] },
    ]);
  });

  it("changes the type of the Service", () => {
    const remedies = runOnFixture(loadBalancerControllerMissing, "fault-silence").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("type: NodePort");
  });
});
