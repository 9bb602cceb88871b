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

  it("moves the container to the init containers", () => {
    const remedies = runOnFixture(jobSidecarKeepsRunning, "fault-of-cron-job").flatMap(
      (finding) => finding.remedies ?? [],
    );
    const patches = remedies.map(({ patch }) => patch).join("");
    expect(patches).toContain("restartPolicy: Always");
    expect(patches).toContain("$patch");
  });
});
