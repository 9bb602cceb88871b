import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diagnoseNamespace } from "../../targets/diagnose.ts";
import { runOnFixture } from "../../testing/fixtures.ts";
import { readerFromYaml } from "../../testing/reader.ts";
import { pvcStorageClassMissing } from "./check.ts";

describe(pvcStorageClassMissing.id, () => {
  it("lays the cause on the claim and names the near class", () => {
    const [finding] = runOnFixture(pvcStorageClassMissing, "fault-near-name");
    expect(finding).toMatchObject({
      object: { kind: "PersistentVolumeClaim", name: "data" },
      confidence: "certain",
      evidence: [
        { field: "spec.storageClassName", value: "standrad" },
        { event: { reason: "ProvisioningFailed" } },
      ],
      affects: [{ kind: "PersistentVolumeClaim" }, { kind: "Pod", name: "web-1" }],
      details: { nearest_class: "standard" },
    });
    expect(finding?.remedies?.[0]?.step).toContain("spec.storageClassName standard");
  });

  it("takes the controller at its word when the classes were not read", () => {
    expect(runOnFixture(pvcStorageClassMissing, "fault-classes-not-read")).toHaveLength(1);
  });

  it("lays the cause of all claims of a template on the StatefulSet, which makes them", async () => {
    const [finding, ...others] = runOnFixture(pvcStorageClassMissing, "fault-claim-template");
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "db" },
      subject: "data",
      evidence: [
        { field: "spec.volumeClaimTemplates[data].spec.storageClassName", value: "standrad" },
        { object: { kind: "PersistentVolumeClaim", name: "data-db-0" }, field: "spec.storageClassName" },
        { event: { reason: "ProvisioningFailed" } },
      ],
      affects: [{ name: "data-db-0" }, { name: "data-db-1" }, { name: "db-0" }, { name: "db-1" }],
    });
    expect(finding?.remedies?.map(({ step }) => step)).toEqual([
      "Create StatefulSet db again with spec.volumeClaimTemplates[data].spec.storageClassName standard (or slow), since volumeClaimTemplates cannot be changed: save it, delete it with kubectl delete statefulset db --namespace shop --cascade=orphan, and apply it with the class corrected. Then delete what waits and is made anew: PersistentVolumeClaim data-db-0, PersistentVolumeClaim data-db-1, Pod db-0, Pod db-1.",
      "Or create StorageClass standrad.",
    ]);
    const path = new URL("./fixtures/fault-claim-template.yaml", import.meta.url);
    const { reader } = readerFromYaml(readFileSync(path, "utf8"));
    const { causes } = await diagnoseNamespace(reader, "shop");
    expect(causes).toMatchObject([{ code: "pvc_storage_class_missing", object: { kind: "StatefulSet" } }]);
  });

  it("lays it on the claim when the template has been corrected since", () => {
    expect(runOnFixture(pvcStorageClassMissing, "fault-template-corrected")).toMatchObject([
      { object: { kind: "PersistentVolumeClaim", name: "data-db-0" } },
    ]);
  });
});
