import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcWithoutStorageClass } from "./check.ts";

describe(pvcWithoutStorageClass.id, () => {
  it("offers to mark a class as the default", () => {
    const [finding] = runOnFixture(pvcWithoutStorageClass, "fault-no-default");
    expect(finding).toMatchObject({
      object: { kind: "PersistentVolumeClaim", name: "data" },
      evidence: [{ field: "spec.storageClassName", value: "absent" }, { event: { reason: "FailedBinding" } }],
      remedies: [{ object: { kind: "StorageClass", name: "fast" } }, {}],
    });
    expect(finding?.remedies?.[0]?.patch).toContain("is-default-class");
  });

  it("knows a cluster without any class", () => {
    const [finding] = runOnFixture(pvcWithoutStorageClass, "fault-no-class-at-all");
    expect(finding?.remedies?.[0]?.step).toContain("Install a storage provisioner");
  });
});
