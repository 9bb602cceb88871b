import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { loadBalancerControllerMissing } from "./check.ts";

describe(loadBalancerControllerMissing.id, () => {
  it("is likely when nobody has said anything about a Service for an hour", () => {
    expect(runOnFixture(loadBalancerControllerMissing, "fault-silence")).toMatchObject([
      { object: { kind: "Service", name: "web" }, confidence: "likely", affects: [{ name: "web" }] },
    ]);
  });
});
