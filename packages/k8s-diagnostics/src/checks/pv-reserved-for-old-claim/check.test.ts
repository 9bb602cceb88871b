import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvReservedForOldClaim } from "./check.ts";

describe(pvReservedForOldClaim.id, () => {
  it.each(["fault-retained", "fault-named-volume"])("gives the volume of %s to the new claim", (fixture) => {
    expect(runOnFixture(pvReservedForOldClaim, fixture)).toMatchObject([
      {
        object: { kind: "PersistentVolume", namespace: "", name: "pv-1" },
        confidence: "certain",
        evidence: [
          { value: "Released" },
          { field: "spec.claimRef.uid", value: "pvc-old" },
          { field: "metadata.uid", value: "pvc-data" },
          {},
        ],
        affects: expect.arrayContaining([{ kind: "PersistentVolumeClaim", namespace: "shop", name: "data" }]),
        remedies: [{ patch: "spec:\n  claimRef:\n    uid: null\n    resourceVersion: null\n" }, {}],
      },
    ]);
  });
});
