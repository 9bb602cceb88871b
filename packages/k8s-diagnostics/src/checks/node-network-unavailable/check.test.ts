import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodeNetworkUnavailable } from "./check.ts";

describe(nodeNetworkUnavailable.id, () => {
  it("lays the cause on the Node and takes along the Pods that it holds off", () => {
    expect(runOnFixture(nodeNetworkUnavailable, "fault-no-route")).toMatchObject([
      {
        object: { kind: "Node", name: "worker-1" },
        evidence: [{ value: "True" }, { value: "Node created without a route" }],
        affects: [{ kind: "Pod", name: "web-2" }],
        details: { reason: "NoRouteCreated" },
      },
    ]);
  });
});
