import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { podWithoutController } from "./check.ts";

describe(podWithoutController.id, () => {
  it.each(["fault-bare", "fault-crashing"])("advises a controller for the Pod of %s", (fixture) => {
    expect(podWithoutController.severity).toBe("low");
    expect(runOnFixture(podWithoutController, fixture)).toMatchObject([
      { object: { kind: "Pod", name: "console" }, evidence: [{ value: "absent" }] },
    ]);
  });
});
