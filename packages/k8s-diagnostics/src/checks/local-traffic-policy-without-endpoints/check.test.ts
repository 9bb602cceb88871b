import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { localTrafficPolicyWithoutEndpoints } from "./check.ts";

describe(localTrafficPolicyWithoutEndpoints.id, () => {
  it("lists the Nodes that have no Pod of the Service", () => {
    expect(runOnFixture(localTrafficPolicyWithoutEndpoints, "fault-second-node")).toMatchObject([
      { object: { kind: "Service", name: "web" }, evidence: [{ value: "Local" }, { value: '["b"]' }] },
    ]);
  });

  it("is grave for a client on such a Node", () => {
    expect(runOnFixture(localTrafficPolicyWithoutEndpoints, "fault-client-on-bare-node")).toMatchObject([
      { severity: "high", affects: [{ kind: "Pod", name: "client" }] },
    ]);
  });
});
