import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podsNotIsolated } from "./check.ts";

describe(podsNotIsolated.id, () => {
  it("names the workload that a policy forgot", () => {
    expect(runOnFixture(podsNotIsolated, "fault-one-open")).toMatchObject([
      { object: { kind: "Pod", name: "web" }, evidence: [{ value: "0" }, { value: "db" }] },
    ]);
  });
});
