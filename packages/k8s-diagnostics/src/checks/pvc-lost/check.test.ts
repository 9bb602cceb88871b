import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcLost } from "./check.ts";

describe(pvcLost.id, () => {
  it("names the volume that is gone", () => {
    expect(runOnFixture(pvcLost, "fault-volume-deleted")).toMatchObject([
      {
        object: { kind: "PersistentVolumeClaim", name: "data" },
        evidence: [
          { value: "Lost" },
          { field: "spec.volumeName", value: "pv-1" },
          { event: { reason: "ClaimLost" } },
        ],
        affects: [{ kind: "PersistentVolumeClaim" }, { kind: "Pod", name: "web-1" }],
      },
    ]);
  });
});
