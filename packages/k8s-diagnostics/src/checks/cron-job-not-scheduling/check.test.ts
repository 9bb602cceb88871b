import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { cronJobNotScheduling } from "./check.ts";

describe(cronJobNotScheduling.id, () => {
  it("lays the cause on the Job that hangs when the CronJob forbids another one", () => {
    expect(runOnFixture(cronJobNotScheduling, "fault-forbid")).toMatchObject([
      {
        object: { kind: "Job", name: "sync-1" },
        affects: [{ kind: "CronJob", name: "sync" }],
        evidence: [
          { event: { reason: "JobAlreadyActive" } },
          { field: "status.startTime" },
          { value: "Forbid" },
        ],
      },
    ]);
  });

  it("lays it on the CronJob after too many missed starts", () => {
    const [finding] = runOnFixture(cronJobNotScheduling, "fault-too-many-missed");
    expect(finding).toMatchObject({ object: { kind: "CronJob", name: "sync" }, confidence: "likely" });
    expect(finding?.remedies?.[0]?.patch).toContain("startingDeadlineSeconds: 200");
  });
});
