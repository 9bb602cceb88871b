import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { startupProbeFailing } from "./check.ts";

describe(startupProbeFailing.id, () => {
  it.each([
    ["fault-killed", "app", "refused"],
    ["fault-crash-loop", "app", "status"],
    ["fault-sidecar", "proxy", "unknown"],
  ])("finds in %s the probe of container %s: %s", (fixture, container, problem) => {
    expect(runOnFixture(startupProbeFailing, fixture)).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        subject: container,
        details: { container, problem, allowed_seconds: 30 },
      },
    ]);
  });

  it("proposes more patience", () => {
    expect(runOnFixture(startupProbeFailing, "fault-killed")[0]?.remedies?.[1]?.patch).toContain(
      "failureThreshold: 9",
    );
  });
});
