import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcUnused } from "./check.ts";

describe(pvcUnused.id, () => {
  it("names the claim that nothing uses", () => {
    expect(runOnFixture(pvcUnused, "fault-forgotten")).toMatchObject([
      {
        object: { kind: "PersistentVolumeClaim", name: "old" },
        title: "Nothing uses PersistentVolumeClaim old",
      },
    ]);
  });
});
