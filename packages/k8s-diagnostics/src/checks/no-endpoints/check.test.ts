import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { noEndpoints } from "./check.ts";

describe(noEndpoints.id, () => {
  it("points to the selected Pods that are not ready, by the EndpointSlice", () => {
    expect(runOnFixture(noEndpoints, "fault-pods-not-ready")).toMatchObject([
      {
        object: { kind: "Service", name: "web" },
        because: [{ kind: "Pod", name: "web-1" }],
        evidence: [
          { object: { kind: "EndpointSlice", name: "web-abcde" }, value: "0 ready, 1 not ready" },
          {},
        ],
        details: { service_type: "ClusterIP", selected_pods: 1, not_ready_endpoints: 1 },
      },
    ]);
  });

  it("judges by Endpoints, and by Pods where neither was read", () => {
    expect(runOnFixture(noEndpoints, "fault-endpoints-object")).toHaveLength(1);
    expect(runOnFixture(noEndpoints, "fault-only-pods-known")).toHaveLength(1);
  });
});
