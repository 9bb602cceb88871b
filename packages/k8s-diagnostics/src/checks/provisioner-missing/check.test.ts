import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { provisionerMissing } from "./check.ts";

describe(provisionerMissing.id, () => {
  it("lays the cause on the class whose driver nobody has heard of", () => {
    const [finding] = runOnFixture(provisionerMissing, "fault-driver-not-installed");
    expect(finding).toMatchObject({
      object: { kind: "StorageClass", namespace: "", name: "fast" },
      confidence: "likely",
      evidence: [
        { field: "provisioner", value: "ebs.csi.aws.com" },
        { object: { kind: "CSIDriver" }, value: "absent" },
        { event: { reason: "ExternalProvisioning" } },
      ],
      affects: [
        { kind: "PersistentVolumeClaim", name: "data" },
        { kind: "Pod", name: "web-1" },
      ],
      details: { driver_registered: false },
    });
  });

  it("is less sure when the driver is registered", () => {
    const [finding] = runOnFixture(provisionerMissing, "fault-driver-silent");
    expect(finding).toMatchObject({ confidence: "possible", details: { driver_registered: true } });
    expect(finding?.remedies?.[0]?.step).toContain("and at their logs");
  });

  it("scales up the controller that is scaled to zero", () => {
    expect(runOnFixture(provisionerMissing, "fault-scaled-to-zero")).toMatchObject([
      {
        object: { kind: "Deployment", namespace: "local-path-storage", name: "local-path-provisioner" },
        affects: [
          { kind: "PersistentVolumeClaim", name: "data" },
          { kind: "Pod", name: "web-1" },
        ],
        related: [{ kind: "StorageClass", name: "standard" }],
        remedies: [{ call: { tool: "remediate_scale_deployment", arguments: { replicas: 1 } } }],
      },
    ]);
  });

  it("seeks the reason at a controller without a ready Pod", () => {
    expect(runOnFixture(provisionerMissing, "fault-controller-not-ready")).toMatchObject([
      { because: [{ kind: "Deployment", name: "local-path-provisioner" }] },
    ]);
  });
});
