import { snapshotFromFile } from "@k8s-ops/k8s-cluster/testing";
import { describe, expect, it } from "vitest";
import { runOnFixture } from "../../testing/fixtures.ts";
import { examine, reachVerdict } from "../../verdict/verdict.ts";
import { CHECKS } from "../index.ts";
import { volumeMultiAttach } from "./check.ts";

describe(volumeMultiAttach.id, () => {
  it("names the Node and the Pod that hold the volume, and offers Recreate", () => {
    const [finding] = runOnFixture(volumeMultiAttach, "fault-rolling-update");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "web" },
      subject: "data",
      confidence: "certain",
      evidence: [
        { event: { reason: "FailedAttachVolume" } },
        { object: { kind: "VolumeAttachment" }, field: "spec.nodeName", value: "worker-1" },
        { object: { kind: "Pod", name: "web-5f7c8-old01" }, value: "worker-1" },
        { object: { kind: "PersistentVolumeClaim" }, field: "spec.accessModes" },
      ],
      details: { volume: "pv-1", attached_to: "worker-1" },
    });
    expect(finding?.remedies?.[0]?.patch).toContain("type: Recreate");
    expect(finding?.because).toBeUndefined();
  });

  it("leads to the Node that is down", () => {
    const [finding] = runOnFixture(volumeMultiAttach, "fault-node-down");
    expect(finding).toMatchObject({
      object: { kind: "StatefulSet", name: "db" },
      because: [{ kind: "Node", name: "worker-1" }],
    });
  });

  it("still knows when the attach controller said it once, long ago, and asks for Recreate", () => {
    const [finding] = runOnFixture(volumeMultiAttach, "fault-said-once");
    expect(finding).toMatchObject({
      object: { kind: "Deployment", name: "wiki" },
      title: expect.stringContaining("starts its new Pod before the old one lets go"),
      confidence: "certain",
      related: [{ kind: "Pod" }, { kind: "PersistentVolumeClaim", name: "data" }],
    });
    expect(finding?.evidence).toContainEqual(
      expect.objectContaining({ field: "spec.strategy.type", value: "RollingUpdate" }),
    );
  });

  it("sees it by the VolumeAttachment when the event has expired", () => {
    expect(runOnFixture(volumeMultiAttach, "fault-event-expired")[0]).toMatchObject({
      object: { kind: "Deployment", name: "wiki" },
      confidence: "likely",
      evidence: [
        { object: { kind: "VolumeAttachment" }, value: "worker-1" },
        { object: { kind: "Pod" }, value: "worker-1" },
        { field: "spec.accessModes", value: "ReadWriteOnce" },
        { field: "spec.strategy.type" },
      ],
    });
  });
});

describe("the verdict on an update that waits for its own volume", () => {
  it.each(["fault-said-once", "fault-event-expired"])("names it alone, not the new revision: %s", (name) => {
    const snapshot = snapshotFromFile(new URL(`fixtures/${name}.yaml`, import.meta.url));
    const { causes } = reachVerdict(examine(CHECKS, snapshot), { concerns: () => true });
    expect(causes.map(({ code }) => code)).toEqual(["volume_multi_attach"]);
  });
});
