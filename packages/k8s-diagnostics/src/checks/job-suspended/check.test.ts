import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { jobSuspended } from "./check.ts";

describe(jobSuspended.id, () => {
  it("reports the field and how to go on", () => {
    expect(runOnFixture(jobSuspended, "fault-suspended")).toMatchObject([
      {
        object: { kind: "Job", name: "import" },
        evidence: [{ field: "spec.suspend", value: "true" }],
        remedies: [{ patch: "spec:\n  suspend: false\n" }],
      },
    ]);
  });
});
