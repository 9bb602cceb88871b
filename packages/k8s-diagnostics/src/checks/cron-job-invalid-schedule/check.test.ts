import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { cronJobInvalidSchedule } from "./check.ts";

describe(cronJobInvalidSchedule.id, () => {
  it("tells the field that cannot work, and how, without quoting it in the title", () => {
    const findings = runOnFixture(cronJobInvalidSchedule, "fault-three-kinds");
    expect(findings.map(({ title, subject }) => [title, subject])).toEqual([
      ["CronJob never never runs: its schedule names a day that no month has", "spec.schedule"],
      ["CronJob wrong never runs: its schedule has an invalid minute", "spec.schedule"],
      ["CronJob zone never runs: its spec has an unknown time zone", "spec.timeZone"],
    ]);
    expect(findings[2]?.evidence).toMatchObject([
      { value: "Europe/Nowhere" },
      { event: { reason: "UnknownTimeZone" } },
    ]);
  });

  it("removes an unknown time zone", () => {
    const remedies = runOnFixture(cronJobInvalidSchedule, "fault-three-kinds").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("timeZone: null");
  });
});
