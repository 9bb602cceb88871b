import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { cronJobSuspended } from "./check.ts";

describe(cronJobSuspended.id, () => {
  it("reports the field and when it ran last", () => {
    expect(runOnFixture(cronJobSuspended, "fault-suspended")).toMatchObject([
      {
        object: { kind: "CronJob", name: "backup" },
        evidence: [
          { field: "spec.suspend", value: "true" },
          { field: "status.lastScheduleTime", value: "2025-12-01T03:00:00Z" },
        ],
      },
    ]);
  });
});
