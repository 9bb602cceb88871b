import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { loadbalancerPending } from "./check.ts";

describe(loadbalancerPending.id, () => {
  it("shows the cloud provider's event when there is one", () => {
    expect(runOnFixture(loadbalancerPending, "fault-sync-failed")).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        evidence: [{ value: "absent" }, { event: { reason: "SyncLoadBalancerFailed" } }],
        details: { service_type: "LoadBalancer" },
      },
    ]);
  });
});
