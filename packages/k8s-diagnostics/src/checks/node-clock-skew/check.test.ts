import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodeClockSkew } from "./check.ts";

describe(nodeClockSkew.id, () => {
  it.each([
    ["fault-lease", { object: { kind: "Lease", name: "worker-2" }, field: "spec.renewTime" }],
    ["fault-heartbeat", { field: "status.conditions[Ready].lastHeartbeatTime" }],
  ])("names the Node that is ahead of the others in %s", (fixture, evidence) => {
    expect(runOnFixture(nodeClockSkew, fixture)).toMatchObject([
      {
        object: { kind: "Node", name: "worker-2" },
        evidence: [evidence],
        details: { read_at: "2026-01-01T12:00:00Z" },
      },
    ]);
  });
});
