import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { assignedToMissingNode } from "./check.ts";

describe(assignedToMissingNode.id, () => {
  it("lays the cause on the Pod when the scheduler had chosen the Node", () => {
    const [finding] = runOnFixture(assignedToMissingNode, "fault-node-deleted");
    expect(finding).toMatchObject({
      object: { kind: "Pod", name: "web-6d4b75cb6d-x2x9k" },
      confidence: "certain",
      evidence: [
        { field: "spec.nodeName", value: "worker-1" },
        { object: { kind: "Node", name: "worker-1" }, value: "absent" },
      ],
    });
  });

  it("lays it on the template that names the Node, and offers the near name", () => {
    const [finding] = runOnFixture(assignedToMissingNode, "fault-name-in-template");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      remedies: [{ patch: "spec:\n  template:\n    spec:\n      nodeName: worker-1\n" }],
    });
  });

  it("lets the controller replace the Pod", () => {
    const remedies = runOnFixture(assignedToMissingNode, "fault-node-deleted").flatMap(
      (finding) => finding.remedies ?? [],
    );
    expect(remedies).toContainEqual(
      expect.objectContaining({ call: expect.objectContaining({ tool: "remediate_pod_restart" }) }),
    );
  });
});
