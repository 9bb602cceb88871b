import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
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

  it("tells of a clock that is behind, where the kubelet is at work and others are in step", () => {
    expect(runOnFixture(nodeClockSkew, "fault-behind-by-heartbeat")).toMatchObject([
      {
        object: { kind: "Node", name: "worker-2" },
        title: "The clock of Node worker-2 is behind",
        evidence: [{ value: "2026-01-01T10:31:20Z" }, { value: "True" }],
        details: { seconds_behind: 5320 },
      },
    ]);
  });

  it("stands for the certificates that programs on the Node reject by their dates", () => {
    expect(runOnFixture(nodeClockSkew, "fault-behind")).toMatchObject([
      {
        object: { kind: "Node", name: "worker-2" },
        severity: "high",
        affects: [{ kind: "Pod", name: "web-6c5d9-x2x7q" }],
        evidence: [{ object: { kind: "Lease" } }, {}, { log: { container: "app" } }],
      },
    ]);
    const file = new URL("fixtures/fault-behind.yaml", import.meta.url);
    const { causes } = reachVerdict(examine(CHECKS, snapshotFromFile(file)), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["node_clock_skew"]);
  });
});
