import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcNotFound } from "./check.ts";

describe(pvcNotFound.id, () => {
  it("offers the claim that was probably meant", () => {
    const [finding, ...more] = runOnFixture(pvcNotFound, "fault-near-name");
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "data",
      confidence: "certain",
      evidence: [
        { field: "spec.template.spec.volumes[data].persistentVolumeClaim.claimName", value: "web-data" },
        { field: "status.conditions[PodScheduled].message" },
        { object: { kind: "PersistentVolumeClaim", name: "webdata" } },
      ],
      details: { nearest_claim: "webdata" },
    });
    expect(finding?.remedies?.[0]?.patch).toContain("claimName: webdata");
  });

  it("takes the scheduler at its word when the claims were not read", () => {
    const [finding] = runOnFixture(pvcNotFound, "fault-claims-not-read");
    expect(finding?.evidence).toHaveLength(2);
  });

  it("needs no words when the claims are known", () => {
    const [finding] = runOnFixture(pvcNotFound, "fault-without-words");
    expect(finding).toMatchObject({
      object: { kind: "Pod", name: "web-1" },
      evidence: [{}, { value: "absent" }],
    });
  });
});
