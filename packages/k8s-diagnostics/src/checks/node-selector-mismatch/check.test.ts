import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { nodeSelectorMismatch } from "./check.ts";

describe(nodeSelectorMismatch.id, () => {
  it("names the label that differs on the nearest Node, and offers its value", () => {
    const [finding] = runOnFixture(nodeSelectorMismatch, "fault-value-differs");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      confidence: "certain",
      evidence: [
        { field: "spec.template.spec.nodeSelector.disk", value: "nvme" },
        { object: { kind: "Node", name: "worker-1" }, field: "metadata.labels[disk]", value: "ssd" },
        { field: "status.conditions[PodScheduled].message" },
      ],
      remedies: [
        { patch: "spec:\n  template:\n    spec:\n      nodeSelector:\n        disk: ssd\n" },
        { object: { kind: "Node", name: "worker-1" }, patch: "metadata:\n  labels:\n    disk: nvme\n" },
      ],
    });
  });

  it("offers the key that was meant", () => {
    const [finding] = runOnFixture(nodeSelectorMismatch, "fault-key-misspelt");
    expect(finding?.evidence[1]).toMatchObject({ field: "metadata.labels[disktyp]", value: "absent" });
    expect(finding?.remedies?.[0]?.patch).toContain("disktyp: null\n        disktype: ssd");
  });

  it("reads required node affinity", () => {
    const [finding] = runOnFixture(nodeSelectorMismatch, "fault-affinity");
    expect(finding?.evidence[0]).toMatchObject({ value: "In eu-1b, eu-1c" });
    expect(finding?.details).toMatchObject({ differs: [{ actual: "eu-1a" }] });
  });

  it("trusts the scheduler's words alone when the Nodes were not read", () => {
    const [finding] = runOnFixture(nodeSelectorMismatch, "fault-nodes-not-read");
    expect(finding).toMatchObject({ confidence: "likely", evidence: [{ object: { kind: "Pod" } }] });
  });
});
