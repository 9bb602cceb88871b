import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { volumeMultiAttach } from "./check.ts";

describe(volumeMultiAttach.id, () => {
  it("names the Node and the Pod that hold the volume, and offers Recreate", () => {
    const [finding] = runOnFixture(volumeMultiAttach, "fault-rolling-update");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "data",
      confidence: "certain",
      evidence: [
        { event: { reason: "FailedAttachVolume" } },
        { object: { kind: "VolumeAttachment" }, field: "spec.nodeName", value: "worker-1" },
        { object: { kind: "Pod", name: "web-5f7c8-old01" }, value: "worker-1" },
      ],
      details: { volume: "pv-1", attached_to: "worker-1" },
    });
    expect(finding?.remedies?.[0]?.patch).toContain("type: Recreate");
    expect(finding?.because).toBeUndefined();
  });

  it("leads to the Node that is down", () => {
    const [finding] = runOnFixture(volumeMultiAttach, "fault-node-down");
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "db" },
      because: [{ kind: "Node", name: "worker-1" }],
    });
  });
});
