import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { nodePressureByWorkload } from "./check.ts";

describe(nodePressureByWorkload.id, () => {
  it("names the workload whose container fills the Node, and what it needs", () => {
    const [finding] = runOnFixture(nodePressureByWorkload, "fault-no-request");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "thumbs" },
      title: "Deployment thumbs uses up the memory of Node node-a without a memory request",
      affects: [{ kind: "Node", name: "node-a" }, { name: "thumbs-6c5d9-e1" }, { name: "web-6c5d9-e2" }],
    });
    expect(finding?.remedies?.[0]?.patch).toContain('memory: "9000Mi"');
  });

  it("knows disks, too", () => {
    expect(runOnFixture(nodePressureByWorkload, "fault-disk")).toMatchObject([
      { object: { name: "thumbs" }, subject: "DiskPressure" },
    ]);
  });

  it("explains the pressure and all evictions", () => {
    const snapshot = snapshotFromFile(new URL("./fixtures/fault-no-request.yaml", import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual([nodePressureByWorkload.id]);
  });
});
