import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { networkPolicyBlocksDns } from "./check.ts";

describe(networkPolicyBlocksDns.id, () => {
  it("needs both: the policy without port 53, and a log that tells of it", () => {
    expect(runOnFixture(networkPolicyBlocksDns, "fault-deny-egress")).toMatchObject([
      {
        object: { kind: "NetworkPolicy", name: "deny" },
        affects: [{ kind: "Pod", name: "web-1" }],
        evidence: [{ field: "spec.egress" }, { log: { line: "getaddrinfo EAI_AGAIN postgres" } }],
      },
    ]);
    expect(runOnFixture(networkPolicyBlocksDns, "other-no-log")).toEqual([]);
  });
});
