import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { daemonsetSkipsNodes } from "./check.ts";

describe(daemonsetSkipsNodes.id, () => {
  it("names the taint, and the Nodes that are left out", () => {
    expect(runOnFixture(daemonsetSkipsNodes, "fault-taint")).toMatchObject([
      {
        object: { kind: "DaemonSet", name: "agent" },
        subject: "dedicated",
        title: "DaemonSet agent leaves out 1 of 3 Nodes, whose taint dedicated it does not tolerate",
        details: { nodes: ["gpu-1"] },
      },
    ]);
  });

  it("shows the label that no Node has", () => {
    expect(runOnFixture(daemonsetSkipsNodes, "fault-no-node")).toMatchObject([
      {
        evidence: [
          { field: "spec.template.spec.nodeSelector.role", value: "wroker" },
          { object: { kind: "Node", name: "worker-1" }, field: "metadata.labels[role]", value: "worker" },
          {},
        ],
      },
    ]);
  });

  it("adds the toleration", () => {
    const remedies = runOnFixture(daemonsetSkipsNodes, "fault-taint").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("key: dedicated");
  });
});
