import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { ownerMissing } from "./check.ts";

describe(ownerMissing.id, () => {
  it("says that the owner does not exist", () => {
    expect(runOnFixture(ownerMissing, "fault-gone")).toMatchObject([
      {
        object: { kind: "Pod", name: "web-7c9-a" },
        title: "Pod web-7c9-a belongs to ReplicaSet web-7c9, which does not exist",
        evidence: [{ field: "metadata.ownerReferences" }, { field: "metadata.uid", value: "absent" }],
      },
    ]);
  });

  it("tells a namesake by its uid", () => {
    expect(runOnFixture(ownerMissing, "fault-namesake")).toMatchObject([
      { title: "Job sync-1 belongs to an earlier CronJob sync, which was deleted" },
    ]);
  });
});
