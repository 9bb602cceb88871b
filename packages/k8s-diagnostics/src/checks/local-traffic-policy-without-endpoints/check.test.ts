import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { localTrafficPolicyWithoutEndpoints } from "./check.ts";

describe(localTrafficPolicyWithoutEndpoints.id, () => {
  it("lists the Nodes that have no Pod of the Service", () => {
    expect(runOnFixture(localTrafficPolicyWithoutEndpoints, "fault-second-node")).toMatchObject([
      { object: { kind: "Service", name: "web" }, evidence: [{ value: "Local" }, { value: '["b"]' }] },
    ]);
  });
});
