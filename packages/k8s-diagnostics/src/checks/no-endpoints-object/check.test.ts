import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { noEndpointsObject } from "./check.ts";

describe(noEndpointsObject.id, () => {
  it("tells a Service whose controller does nothing from one that nobody gave endpoints", () => {
    const findings = runOnFixture(noEndpointsObject, "fault-both-kinds");
    expect(findings.map(({ object, remedies }) => [object.name, remedies?.[0]?.step])).toEqual([
      ["web", expect.stringContaining("kube-controller-manager")],
      ["manual", expect.stringContaining("Give Service manual a selector")],
    ]);
  });
});
