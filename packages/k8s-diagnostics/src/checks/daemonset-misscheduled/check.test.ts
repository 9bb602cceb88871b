import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { daemonsetMisscheduled } from "./check.ts";

describe(daemonsetMisscheduled.id, () => {
  it("shows the label that the Node has lost", () => {
    expect(runOnFixture(daemonsetMisscheduled, "fault-label-removed")).toMatchObject([
      {
        object: { kind: "DaemonSet", name: "agent" },
        evidence: [
          { field: "status.numberMisscheduled", value: "1" },
          { object: { kind: "Node", name: "worker-2" }, field: "metadata.labels[role]", value: "absent" },
        ],
        related: [{ kind: "Pod", name: "agent-b" }],
      },
    ]);
  });
});
