import { snapshotFromYaml } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { lastWrite } from "./changes.ts";

const lastWriteOf = (metadata: string) => {
  const { objects } = snapshotFromYaml(
    `{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, namespace: shop, ${metadata} } }`,
  );
  const [object] = objects.configMaps.all;
  return object && lastWrite(object);
};

describe("lastWrite", () => {
  it("is the newest write of the object itself, not of its status", () => {
    const write = lastWriteOf(`creationTimestamp: "2026-01-01T10:00:00Z", managedFields: [
      { manager: helm, operation: Update, time: "2026-01-01T10:00:00Z", fieldsV1: { "f:data": {} } },
      { manager: kubectl-edit, operation: Update, time: "2026-01-01T11:00:00Z" },
      { manager: controller, operation: Update, time: "2026-01-01T12:00:00Z", subresource: status }]`);
    expect(write).toEqual({ at: "2026-01-01T11:00:00Z", manager: "kubectl-edit", subresource: "" });
  });

  it("is the creation when nobody is known to have written since", () => {
    expect(lastWriteOf(`creationTimestamp: "2026-01-01T10:00:00Z"`)).toMatchObject({
      at: "2026-01-01T10:00:00Z",
      manager: "",
    });
    expect(lastWriteOf("labels: {}")).toBeUndefined();
  });
});
