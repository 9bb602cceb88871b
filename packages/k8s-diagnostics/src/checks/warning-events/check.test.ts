import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { warningEvents } from "./check.ts";

describe(warningEvents.id, () => {
  it("counts all warnings and shows the five newest", () => {
    const [finding, ...others] = runOnFixture(warningEvents, "fault-many");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ object: { kind: "Pod" }, details: { count: 28 } });
    expect(finding?.details).toHaveProperty("recent.length", 5);
    expect(finding?.details).toHaveProperty("recent.0", {
      reason: "BackOff",
      message: "Back-off restarting failed container app 6",
      count: 7,
      first_seen: "2026-01-01T11:30:00Z",
      last_seen: "2026-01-01T11:56:00Z",
    });
  });

  it("gives little weight to a Pod that is still within its startup time", () => {
    expect(runOnFixture(warningEvents, "fault-while-starting")).toMatchObject([{ severity: "low" }]);
  });
});
