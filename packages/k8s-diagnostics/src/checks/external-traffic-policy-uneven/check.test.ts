import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { externalTrafficPolicyUneven } from "./check.ts";

describe(externalTrafficPolicyUneven.id, () => {
  it("names the Service and the only Node that takes its traffic", () => {
    expect(runOnFixture(externalTrafficPolicyUneven, "fault-one-node")).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        evidence: [{ value: "Local" }, { value: '["n1"]' }],
        remedies: [{ patch: expect.stringContaining("Cluster") }],
      },
    ]);
  });
});
