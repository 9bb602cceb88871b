import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcPending } from "./check.ts";

describe(pvcPending.id, () => {
  it("is a symptom of weight when a Pod waits for it", () => {
    const [finding] = runOnFixture(pvcPending, "fault-used-by-pod");
    expect(finding).toMatchObject({
      object: { kind: "PersistentVolumeClaim", namespace: "shop", name: "data" },
      evidence: [{ field: "status.phase", value: "Pending" }, { event: { reason: "ExternalProvisioning" } }],
      affects: [{ kind: "Pod", name: "web-1" }],
    });
    expect(finding?.severity).toBeUndefined();
    expect(finding?.because).toBeUndefined();
  });

  it("weighs less when nothing uses it", () => {
    expect(runOnFixture(pvcPending, "fault-unused")).toMatchObject([{ severity: "medium" }]);
  });

  it("looks at the Pod for the reason when the volume waits for its first Pod", () => {
    const [finding] = runOnFixture(pvcPending, "fault-waits-for-its-pod");
    expect(finding?.because).toEqual([{ kind: "Pod", namespace: "shop", name: "web-1" }]);
  });
});
