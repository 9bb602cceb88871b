import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { containerExitsWithError } from "./check.ts";

describe(containerExitsWithError.id, () => {
  it("names the exit code and shows the line of the log that explains it", () => {
    const [finding] = runOnFixture(containerExitsWithError, "fault-crash-loop");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "app",
      title: "Container app of Deployment web exits with code 1 (general error)",
      details: { exit_code: 1, restart_count: 5 },
    });
    expect(finding?.evidence).toMatchObject([
      { field: "status.containerStatuses[app].lastState.terminated.exitCode", value: "1" },
      { log: { line: "ValueError: bad port" } },
    ]);
  });

  it("keeps the traceback whole", () => {
    expect(runOnFixture(containerExitsWithError, "fault-crash-loop")[0]?.details).toHaveProperty(
      "log_lines.length",
      4,
    );
  });

  it("does without a log", () => {
    expect(runOnFixture(containerExitsWithError, "fault-no-log")).toMatchObject([
      { object: { kind: "StatefulSet" }, title: expect.stringContaining("127 (command not found)") },
    ]);
  });

  it("is of medium severity when the container runs for the moment", () => {
    expect(runOnFixture(containerExitsWithError, "fault-flapping")).toMatchObject([{ severity: "medium" }]);
  });

  it("takes failed starts for over once a run lasts far longer than all before together", () => {
    expect(runOnFixture(containerExitsWithError, "fault-still-flapping")).toHaveLength(1);
    expect(runOnFixture(containerExitsWithError, "healthy-failed-starts-are-over")).toEqual([]);
  });

  it("lays the failed Pod of a Job on the Job", () => {
    expect(runOnFixture(containerExitsWithError, "fault-job")).toMatchObject([
      { object: { kind: "Job", name: "migrate" } },
    ]);
  });

  it("reads the termination message where there is no log", () => {
    const [finding] = runOnFixture(containerExitsWithError, "fault-termination-message");
    expect(finding?.evidence[1]).toMatchObject({
      field: "status.containerStatuses[app].lastState.terminated.message",
      value: "ValueError: shard 7 of 4 does not fit",
    });
    expect(finding?.details).toHaveProperty("log_lines.length", 4);
  });
});
