import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { logPattern } from "./check.ts";

describe(logPattern.id, () => {
  it("counts the lines of each kind and shows the last one, in the current and the previous log", () => {
    const details = runOnFixture(logPattern, "fault-running").map((finding) => finding.details);
    expect(details).toMatchObject([
      {
        previous: false,
        pattern: "connection_refused",
        count: 2,
        line: "dial tcp 10.0.0.7:5432: connect: connection refused",
      },
      { previous: false, pattern: "timeout", count: 1 },
      { previous: false, pattern: "permission_denied", count: 1 },
      { previous: true, pattern: "out_of_memory", count: 1 },
    ]);
  });

  it("is of low severity, because a healthy Pod may log such lines", () => {
    expect(runOnFixture(logPattern, "fault-running").every(({ severity }) => severity === undefined)).toBe(
      true,
    );
    expect(logPattern.severity).toBe("low");
  });
});
