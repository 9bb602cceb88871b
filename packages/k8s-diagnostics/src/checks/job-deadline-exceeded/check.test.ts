import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { jobDeadlineExceeded } from "./check.ts";

describe(jobDeadlineExceeded.id, () => {
  it("lays the cause on the CronJob's template and affects the Job", () => {
    expect(runOnFixture(jobDeadlineExceeded, "fault-of-cron-job")).toMatchObject([
      {
        object: { kind: "CronJob", name: "backup" },
        affects: [{ kind: "Job", name: "backup-1" }],
        evidence: [
          { field: "status.conditions[Failed]" },
          { field: "spec.jobTemplate.spec.activeDeadlineSeconds", value: "20" },
        ],
      },
    ]);
  });

  it("doubles the deadline", () => {
    const remedies = runOnFixture(jobDeadlineExceeded, "fault-of-cron-job").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("activeDeadlineSeconds: ");
  });
});
