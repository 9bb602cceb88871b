import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { limitRangeViolation } from "./check.ts";

describe(limitRangeViolation.id, () => {
  it("names the field of the template and the bound", () => {
    const [finding] = runOnFixture(limitRangeViolation, "fault-maximum");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      evidence: [
        { event: { reason: "FailedCreate" } },
        { field: "spec.template.spec.containers[app].resources.limits[cpu]", value: "2" },
        { object: { kind: "LimitRange", name: "bounds" }, field: "spec.limits[1].max[cpu]", value: "1" },
      ],
    });
    expect(finding?.remedies?.[0]?.step).toBe(
      "Set spec.template.spec.containers[].resources.limits[cpu] of Deployment web to at most 1.",
    );
  });

  it.each([
    ["fault-minimum-of-several", { bound: "min", resource: "memory", allowed: "64Mi", side: "requests" }],
    ["fault-no-limit", { bound: "max", resource: "cpu", type: "Pod", allowed: "4", side: "limits" }],
    ["fault-ratio", { bound: "maxLimitRequestRatio", resource: "memory", allowed: "2", side: null }],
  ])("reads %s", (fixture, details) => {
    expect(runOnFixture(limitRangeViolation, fixture)).toMatchObject([
      { details, related: [{ kind: "LimitRange", name: "bounds" }] },
    ]);
  });

  it.each([
    ["fault-maximum", { container: "app", requests: { cpu: "1" }, limits: { cpu: "1" } }],
    ["fault-ratio", { requests: { memory: expect.stringMatching(/^\d+Mi$/) } }],
  ])("says what %s must ask for", (fixture, expected) => {
    expect(runOnFixture(limitRangeViolation, fixture)[0]?.remedies?.[0]?.call).toMatchObject({
      tool: "remediate_set_resources",
      arguments: expected,
    });
  });

  it("is told by a program that creates Pods itself", () => {
    expect(runOnFixture(limitRangeViolation, "fault-program-creates-pods")).toMatchObject([
      {
        object: { kind: "LimitRange", name: "bounds" },
        severity: "medium",
        evidence: [{ log: {} }, { field: "spec.limits[0].max[memory]", value: "2Gi" }],
        affects: [{ kind: "Pod", name: "coordinator" }],
        remedies: [
          {
            step: "Configure Pod coordinator so that what it creates sets resources.limits[memory] to at most 2Gi for each Container.",
          },
          { object: { kind: "LimitRange" } },
        ],
      },
    ]);
  });
});
