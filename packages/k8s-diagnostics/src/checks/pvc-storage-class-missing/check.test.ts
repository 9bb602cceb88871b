import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcStorageClassMissing } from "./check.ts";

describe(pvcStorageClassMissing.id, () => {
  it("lays the cause on the claim and names the near class", () => {
    const [finding] = runOnFixture(pvcStorageClassMissing, "fault-near-name");
    expect(finding).toMatchObject({
      object: { kind: "PersistentVolumeClaim", name: "data" },
      confidence: "certain",
      evidence: [
        { field: "spec.storageClassName", value: "standrad" },
        { event: { reason: "ProvisioningFailed" } },
      ],
      affects: [{ kind: "PersistentVolumeClaim" }, { kind: "Pod", name: "web-1" }],
      details: { nearest_class: "standard" },
    });
    expect(finding?.remedies?.[0]?.step).toContain("spec.storageClassName standard");
  });

  it("takes the controller at its word when the classes were not read", () => {
    expect(runOnFixture(pvcStorageClassMissing, "fault-classes-not-read")).toHaveLength(1);
  });
});
