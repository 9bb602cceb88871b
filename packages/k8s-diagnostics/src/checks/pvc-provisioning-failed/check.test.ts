import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { pvcProvisioningFailed } from "./check.ts";

describe(pvcProvisioningFailed.id, () => {
  it.each([
    ["fault-access-mode", "PersistentVolumeClaim", ": it does not have the access modes that are asked for"],
    ["fault-quota", "StorageClass", ": there is no room or quota for it"],
    ["fault-credentials", "StorageClass", ": the storage refuses its credentials"],
    ["fault-secret", "StorageClass", ": a Secret that its class names is missing"],
    ["fault-parameters", "StorageClass", ": the parameters of its class are wrong"],
    ["fault-unknown-words", "PersistentVolumeClaim", ""],
  ])("reads the driver's words of %s and lays them on the %s", (fixture, kind, tail) => {
    expect(runOnFixture(pvcProvisioningFailed, fixture)).toMatchObject([
      {
        object: { kind },
        title: `The storage driver cannot make a volume for PersistentVolumeClaim data${tail}`,
        evidence: [{ event: { reason: "ProvisioningFailed" } }, {}],
        affects: [{ kind: "PersistentVolumeClaim" }, { kind: "Pod", name: "web-1" }],
      },
    ]);
  });
});
