import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { cronJobNotScheduling } from "./check.ts";

describe(cronJobNotScheduling.id, () => {
  it("lays the cause on the Job that hangs when the CronJob forbids another one", () => {
    expect(runOnFixture(cronJobNotScheduling, "fault-forbid")).toMatchObject([
      {
        object: { kind: "Job", name: "sync-1" },
        affects: [{ kind: "CronJob", name: "sync" }],
        related: [{ kind: "Pod", name: "sync-1-x7k2p" }],
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

  it("counts the starts that were skipped where no event is left", () => {
    expect(runOnFixture(cronJobNotScheduling, "fault-forbid-without-event")).toMatchObject([
      { object: { kind: "Job", name: "sync-1" }, details: { skipped_starts: 23 } },
    ]);
  });

  it.each([
    ["fault-never-started", "kube-controller-manager"],
    ["fault-short-deadline", "Raise spec.startingDeadlineSeconds of CronJob sync"],
    ["fault-cannot-create", "the rule that refuses its Jobs"],
  ])("says for %s where to look", (fixture, step) => {
    const [finding] = runOnFixture(cronJobNotScheduling, fixture);
    expect(finding?.object).toMatchObject({ kind: "CronJob", name: "sync" });
    expect(finding?.remedies?.[0]?.step).toContain(step);
  });

  it("lets the next Job replace the one that runs", () => {
    const remedies = runOnFixture(cronJobNotScheduling, "fault-forbid").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("concurrencyPolicy: Replace");
  });
});
