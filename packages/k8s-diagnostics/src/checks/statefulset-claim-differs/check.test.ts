import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { statefulsetClaimDiffers } from "./check.ts";

describe(statefulsetClaimDiffers.id, () => {
  it.each([
    ["fault-smaller", "2 claims", { field: "spec.resources.requests.storage", value: "10Gi" }],
    ["fault-other-class", "1 claims", { field: "spec.storageClassName", value: "fast" }],
  ])("says of %s what differs", (fixture, count, evidence) => {
    expect(runOnFixture(statefulsetClaimDiffers, fixture)).toMatchObject([
      {
        object: { kind: "StatefulSet", name: "db" },
        subject: "data",
        title: `${count} of StatefulSet db are not as its volumeClaimTemplate says`,
        evidence: [evidence, {}],
      },
    ]);
  });
});
