import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { limitRangeDefaultConflict } from "./check.ts";

describe(limitRangeDefaultConflict.id, () => {
  it("shows the request, the missing limit and the default, and sets the limit", () => {
    expect(runOnFixture(limitRangeDefaultConflict, "fault-cpu")).toMatchObject([
      {
        object: { kind: "Deployment", name: "web" },
        subject: "app",
        confidence: "certain",
        evidence: [
          { event: { reason: "FailedCreate" } },
          { field: "spec.template.spec.containers[app].resources.requests[cpu]", value: "700m" },
          { field: "spec.template.spec.containers[app].resources.limits[cpu]", value: "absent" },
          { object: { kind: "LimitRange" }, field: "spec.limits[0].default[cpu]", value: "500m" },
        ],
        remedies: [
          {
            call: {
              tool: "remediate_set_resources",
              arguments: { container: "app", limits: { cpu: "700m" } },
            },
          },
          { object: { kind: "LimitRange", name: "defaults" } },
        ],
      },
    ]);
  });

  it("reads the words of a StatefulSet and of older versions", () => {
    expect(runOnFixture(limitRangeDefaultConflict, "fault-older-text")).toMatchObject([
      {
        object: { kind: "StatefulSet", name: "db" },
        remedies: [{ patch: expect.stringContaining("2Gi") }, {}],
      },
    ]);
  });
});
