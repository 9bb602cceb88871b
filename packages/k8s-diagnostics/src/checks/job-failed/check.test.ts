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
        evidence: [
          { field: "status.conditions[Failed]" },
          { field: "status.failed", value: "2" },
          { field: "spec.backoffLimit", value: "1" },
        ],
      },
    ]);
  });

  it("reports the Job of a CronJob whose newest Job failed", () => {
    expect(runOnFixture(jobFailed, "fault-newest-of-cron-job").map(({ object }) => object.name)).toEqual([
      "backup-2",
    ]);
  });

  it.each([
    ["another Job that does something else has succeeded since", "fault-rerun-with-other-template", "import"],
    ["a twin that ran beside it has succeeded", "fault-twin-has-succeeded", "import-1"],
    ["a CronJob that does the same has succeeded since", "fault-like-a-cron-job", "import"],
    ["it had succeeded before", "fault-failed-after-success", "import-a1b2c3"],
  ])("reports a Job although %s", (_, fixture, name) => {
    expect(runOnFixture(jobFailed, fixture).map(({ object }) => object.name)).toEqual([name]);
  });

  it("shows the rule or the indexes by which it failed", () => {
    expect(runOnFixture(jobFailed, "fault-pod-failure-policy")[0]?.evidence.at(-1)).toMatchObject({
      field: "spec.podFailurePolicy.rules",
      value: expect.stringContaining("FailJob"),
    });
    expect(runOnFixture(jobFailed, "fault-failed-indexes")).toMatchObject([
      { details: { reason: "FailedIndexes", failed_indexes: "3,4" } },
    ]);
  });
});
