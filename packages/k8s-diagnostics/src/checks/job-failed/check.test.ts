import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { jobFailed } from "./check.ts";

describe(jobFailed.id, () => {
  it("reports the reason and points to the failed Pods", () => {
    expect(runOnFixture(jobFailed, "fault-backoff-limit")).toMatchObject([
      {
        object: { kind: "Job", name: "import" },
        because: [{ kind: "Pod", name: "import-a" }],
        details: { reason: "BackoffLimitExceeded", failed_pods: 2 },
        evidence: [{ field: "status.conditions[Failed]" }, { field: "status.failed", value: "2" }],
      },
    ]);
  });

  it("reports the Job of a CronJob whose newest Job failed", () => {
    expect(runOnFixture(jobFailed, "fault-newest-of-cron-job").map(({ object }) => object.name)).toEqual([
      "backup-2",
    ]);
  });
});
