import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { highRestartCount } from "./check.ts";

describe(highRestartCount.id, () => {
  it("counts the restarts of a container that keeps ending", () => {
    const [finding] = runOnFixture(highRestartCount, "fault-crash-loop");
    expect(finding).toMatchObject({
      object: { kind: "Pod" },
      subject: "app",
      details: { container: "app", restart_count: 14 },
    });
    expect(finding).not.toHaveProperty("severity");
  });

  it("is of low severity when the container has been well for hours", () => {
    expect(runOnFixture(highRestartCount, "fault-calm-for-hours")).toMatchObject([{ severity: "low" }]);
  });
});
