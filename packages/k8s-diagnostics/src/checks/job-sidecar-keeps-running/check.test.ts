import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { jobSidecarKeepsRunning } from "./check.ts";

describe(jobSidecarKeepsRunning.id, () => {
  it("names the container that runs on, on the Job whose template has it", () => {
    expect(runOnFixture(jobSidecarKeepsRunning, "fault-proxy")).toMatchObject([
      {
        object: { kind: "Job", name: "import" },
        subject: "proxy",
        confidence: "likely",
        affects: [
          { kind: "Pod", name: "import-a" },
          { kind: "Job", name: "import" },
        ],
      },
    ]);
  });
});
