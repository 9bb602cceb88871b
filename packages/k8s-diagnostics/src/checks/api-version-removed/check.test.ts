import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { apiVersionRemoved } from "./check.ts";

describe(apiVersionRemoved.id, () => {
  it("says since when the version is gone, and which one is served", () => {
    expect(runOnFixture(apiVersionRemoved, "fault-cron-job")).toMatchObject([
      {
        object: { kind: "CronJob", name: "report" },
        title: expect.stringContaining("1.25"),
        evidence: [{ value: "batch/v1beta1" }],
        remedies: [{ step: expect.stringContaining("batch/v1:"), patch: "apiVersion: batch/v1\n" }],
      },
    ]);
  });
});
