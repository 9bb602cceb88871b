import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcNoMatchingVolume } from "./check.ts";

describe(pvcNoMatchingVolume.id, () => {
  it("names the nearest volume and the term that fails", () => {
    const [finding] = runOnFixture(pvcNoMatchingVolume, "fault-too-small");
    expect(finding).toMatchObject({
      object: { kind: "PersistentVolumeClaim", name: "data" },
      confidence: "certain",
      evidence: [
        { field: "spec.resources.requests.storage", value: "50Gi" },
        { object: { kind: "PersistentVolume", name: "pv-1" }, field: "spec.capacity.storage", value: "20Gi" },
        { event: { reason: "ProvisioningFailed" } },
      ],
      details: { nearest_volume: "pv-1", unmet: ["size"] },
    });
  });

  it("sees that a released volume still belongs to its old claim", () => {
    const [finding] = runOnFixture(pvcNoMatchingVolume, "fault-released-volume");
    expect(finding?.details).toEqual({ nearest_volume: "pv-1", unmet: ["claimRef", "accessModes"] });
    expect(finding?.evidence[1]).toMatchObject({ field: "spec.claimRef", value: "shop/old" });
  });

  it("tells all terms that fail", () => {
    const [finding] = runOnFixture(pvcNoMatchingVolume, "fault-selector-and-mode");
    expect(finding?.details).toMatchObject({ unmet: ["accessModes", "selector"] });
    expect(finding?.remedies).toHaveLength(2);
  });

  it("says that there is no volume at all", () => {
    const [finding] = runOnFixture(pvcNoMatchingVolume, "fault-no-volumes");
    expect(finding?.remedies?.[0]?.step).toContain("Create a PersistentVolume that fits");
  });

  it("gives the volume the labels and modes that are asked for", () => {
    const remedies = runOnFixture(pvcNoMatchingVolume, "fault-selector-and-mode").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("accessModes:");
  });
});
