import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvFailed } from "./check.ts";

describe(pvFailed.id, () => {
  it("lets the Node release a disk that is still attached", () => {
    const [finding] = runOnFixture(pvFailed, "fault-still-attached");
    expect(finding).toMatchObject({
      object: { kind: "PersistentVolume", name: "pv-1" },
      evidence: [
        { value: "Failed" },
        { field: "status.message" },
        {},
        { event: { reason: "VolumeFailedDelete" } },
      ],
    });
    expect(finding?.remedies?.[0]?.step).toContain("VolumeAttachment");
  });

  it("offers to keep the disk", () => {
    const [finding] = runOnFixture(pvFailed, "fault-no-deleter");
    expect(finding?.remedies?.[1]?.patch).toBe("spec:\n  persistentVolumeReclaimPolicy: Retain\n");
  });
});
